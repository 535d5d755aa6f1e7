//! Files in a private bucket: signed links for people, and what functions read and write themselves.
//!
//! A link is good for one key, one method and a few minutes; an upload's link fixes type and size as well, because both are
//! among the signed headers. Keys are made by us and never taken from a request.

use std::time::Duration;

use jiff::Timestamp;
use rusty_s3::actions::{DeleteObject, GetObject, PutObject, S3Action};
use rusty_s3::{Bucket, Credentials, UrlStyle};
use sipstr_outside::Lazy;
use sipstr_runtime::{Aws, EnvError};

/// How long a link is good.
pub const LINK_LIFE: Duration = Duration::from_secs(300);

/// A bucket and who may use it. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    bucket: Bucket,
    credentials: Credentials,
    http: Lazy,
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("the store of files cannot be reached: {0}")]
    Unreachable(#[source] reqwest::Error),
    #[error("the store of files answered {0}")]
    Refused(http::StatusCode),
    #[error("the file is larger than {0} bytes")]
    TooLarge(usize),
}

/// How a person sends a file: a PUT to this address, with just these headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
}

impl Files {
    /// The bucket of this name, as whoever the AWS clients are.
    pub fn new(aws: &Aws, bucket: &str) -> Result<Self, EnvError> {
        let (region, credentials, endpoint) = (aws.region(), aws.credentials(), aws.endpoint());
        let address = endpoint.map_or_else(|| format!("https://s3.{region}.amazonaws.com"), str::to_owned);
        // An emulator has one name for all buckets.
        let style = if endpoint.is_some() { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let (name, value, reason) = ("AWS_ENDPOINT_URL", address.clone(), "no address of an S3 endpoint".to_owned());
        let invalid = || EnvError::Invalid { name, value: value.clone(), reason: reason.clone() };
        let address = address.parse().map_err(|_| invalid())?;
        let bucket = Bucket::new(address, style, bucket.to_owned(), region.to_owned()).map_err(|_| invalid())?;
        let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
        let credentials = match credentials.session_token() {
            Some(token) => Credentials::new_with_token(id, secret, token),
            None => Credentials::new(id, secret),
        };
        Ok(Self { bucket, credentials, http: Lazy::new(Duration::from_secs(1), Duration::from_secs(8)) })
    }

    /// Lets somebody send one file of this type and exactly this many bytes.
    pub fn upload(&self, key: &str, content_type: &str, bytes: u64, now: Timestamp) -> Upload {
        let length = bytes.to_string();
        let mut put = PutObject::new(&self.bucket, Some(&self.credentials), key);
        put.headers_mut().insert("content-length", length.clone());
        put.headers_mut().insert("content-type", content_type.to_owned());
        Upload {
            url: put.sign_with_time(LINK_LIFE, &now).into(),
            headers: vec![("content-type", content_type.to_owned()), ("content-length", length)],
        }
    }

    /// Lets somebody read one file; under `name` it is saved and not shown.
    pub fn link(&self, key: &str, name: Option<&str>, now: Timestamp) -> String {
        let mut get = GetObject::new(&self.bucket, Some(&self.credentials), key);
        if let Some(name) = name {
            let disposition = format!("attachment; filename=\"{name}\"");
            get.query_mut().insert("response-content-disposition", disposition);
        }
        get.query_mut().insert("response-cache-control", "private, no-store");
        get.sign_with_time(LINK_LIFE, &now).into()
    }

    /// Writes a file; the same key again replaces it.
    pub async fn put(&self, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<(), FileError> {
        let mut put = PutObject::new(&self.bucket, Some(&self.credentials), key);
        put.headers_mut().insert("content-type", content_type.to_owned());
        let url = put.sign_with_time(LINK_LIFE, &Timestamp::now());
        let sent = self.http.get().put(url).header("content-type", content_type).body(bytes).send().await;
        accepted(&sent.map_err(FileError::Unreachable)?)
    }

    /// Reads a file of at most so many bytes; `None` where there is none.
    pub async fn get(&self, key: &str, most: usize) -> Result<Option<Vec<u8>>, FileError> {
        let get = GetObject::new(&self.bucket, Some(&self.credentials), key);
        let url = get.sign_with_time(LINK_LIFE, &Timestamp::now());
        let mut answer = self.http.get().get(url).send().await.map_err(FileError::Unreachable)?;
        if answer.status() == http::StatusCode::NOT_FOUND {
            return Ok(None);
        }
        accepted(&answer)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(FileError::Unreachable)? {
            if bytes.len() + chunk.len() > most {
                return Err(FileError::TooLarge(most));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(bytes))
    }

    /// Removes a file; nothing happens where there is none.
    pub async fn delete(&self, key: &str) -> Result<(), FileError> {
        let delete = DeleteObject::new(&self.bucket, Some(&self.credentials), key);
        let url = delete.sign_with_time(LINK_LIFE, &Timestamp::now());
        let answer = self.http.get().delete(url).send().await.map_err(FileError::Unreachable)?;
        if answer.status() == http::StatusCode::NOT_FOUND { Ok(()) } else { accepted(&answer) }
    }
}

fn accepted(answer: &reqwest::Response) -> Result<(), FileError> {
    if answer.status().is_success() { Ok(()) } else { Err(FileError::Refused(answer.status())) }
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Files({})", self.bucket.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        let address = "https://s3.us-west-2.amazonaws.com".parse().unwrap();
        let bucket = Bucket::new(address, UrlStyle::VirtualHost, "files", "us-west-2").unwrap();
        let http = Lazy::new(Duration::from_secs(1), Duration::from_secs(1));
        Files { bucket, credentials: Credentials::new("AKIA", "secret"), http }
    }

    #[test]
    fn an_upload_s_link_signs_type_and_size() {
        let upload = files().upload("uploads/a", "image/jpeg", 1234, Timestamp::UNIX_EPOCH);
        assert!(upload.url.starts_with("https://files.s3.us-west-2.amazonaws.com/uploads/a?"));
        assert!(upload.url.contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost"), "{}", upload.url);
        assert!(upload.url.contains("X-Amz-Expires=300"));
        let larger = files().upload("uploads/a", "image/jpeg", 1235, Timestamp::UNIX_EPOCH);
        assert_ne!(upload.url, larger.url);
    }

    #[test]
    fn a_link_says_under_which_name_it_is_saved() {
        let link = files().link("exports/a", Some("sipstr.json"), Timestamp::UNIX_EPOCH);
        assert!(link.contains("response-content-disposition=attachment%3B%20filename%3D%22sipstr.json%22"), "{link}");
        assert!(!format!("{:?}", files()).contains("secret"));
    }
}
