//! The public id of a notice: its place in its reader's inbox, sealed for that reader. No index is needed to find the
//! notice by it, and in anybody else's hands it names nothing.

use sipstr_domain::UserId;
use sipstr_http::Signer;
use sipstr_storage::notifications::{Notice, sort_key};

pub fn seal(signer: &Signer, notice: &Notice) -> String {
    signer.seal(&purpose(&notice.user_id), &sort_key(notice))
}

/// The place in the inbox of this reader; `None` where the id is not one of theirs.
pub fn open(signer: &Signer, reader: &UserId, id: &str) -> Option<String> {
    signer.open(&purpose(reader), id).ok()
}

fn purpose(reader: &UserId) -> String {
    format!("notice:{reader}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipstr_domain::NotificationId;

    #[test]
    fn an_id_is_the_same_each_time_and_good_for_its_reader_only() {
        let signer = Signer::new(&[7; 32]);
        let notice = Notice {
            id: NotificationId::new(),
            user_id: UserId::new(),
            kind: "order_confirmed".into(),
            title: String::new(),
            body: String::new(),
            subject: String::new(),
            at: "2026-11-23T10:00:00Z".parse().unwrap(),
            read_at: None,
            mailed: false,
        };
        let id = seal(&signer, &notice);
        assert_eq!(id, seal(&signer, &notice));
        assert_eq!(open(&signer, &notice.user_id, &id), Some(sort_key(&notice)));
        assert_eq!(open(&signer, &UserId::new(), &id), None);
        assert_eq!(open(&signer, &notice.user_id, notice.id.as_str()), None);
    }
}
