//! The tree of categories that customers browse. Its roots are what the law tells apart; what hangs below one is of its kind.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::words::{Names, line, names};
use super::{Category, Slug};
use crate::CategoryId;

/// Levels of the tree: more of them nobody finds their way through.
pub const DEEPEST: usize = 5;

/// The tree is one small item, so that a move is one write and nobody ever reads half of one.
pub const MOST_NODES: usize = 500;

/// A category, under another one or at the root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CategoryNode {
    pub name: String,
    /// Told from its siblings by it.
    pub slug: Slug,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: Names,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<CategoryId>,
    /// What the law takes its products for: the same in a whole branch, and never changed.
    pub legal: Category,
    /// Siblings stand in the order of this number, then of their names.
    #[serde(default)]
    pub position: u16,
}

/// What an editor says of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CategoryTerms {
    #[schema(max_length = 60)]
    pub name: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: Names,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<CategoryId>,
    /// Of a category at the root; below it is the parent's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal: Option<Category>,
    #[serde(default)]
    pub position: u16,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryTree {
    pub version: u64,
    #[serde(default)]
    pub nodes: BTreeMap<CategoryId, CategoryNode>,
}

/// Why a tree may not be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeFault {
    #[error("there is no such category")]
    Unknown,
    #[error("there is no such category to hang it under")]
    UnknownParent,
    #[error("a category cannot hang below itself")]
    Cycle,
    #[error("the tree has at most five levels")]
    TooDeep,
    #[error("the tree has at most 500 categories")]
    TooMany,
    #[error("the law takes the branch for something else")]
    OtherLaw,
    #[error("a category at the root says what the law takes it for")]
    LawMissing,
    #[error("a sibling has this name")]
    NameTaken,
    #[error("categories hang below it")]
    HasChildren,
    #[error("must be a name of 1 to 60 characters that can be written as an address")]
    Name,
}

impl CategoryTree {
    /// From the root down to a category; empty where there is no such one.
    pub fn path(&self, id: &CategoryId) -> Vec<&CategoryId> {
        let mut path = Vec::new();
        let mut next = self.nodes.get_key_value(id);
        while let Some((id, node)) = next.filter(|_| path.len() < MOST_NODES) {
            path.push(id);
            next = node.parent.as_ref().and_then(|parent| self.nodes.get_key_value(parent));
        }
        path.reverse();
        path
    }

    /// A category and all that hangs below it; empty where there is no such one.
    pub fn branch(&self, id: &CategoryId) -> HashSet<CategoryId> {
        self.nodes.keys().filter(|node| self.path(node).contains(&id)).cloned().collect()
    }

    pub fn children<'a>(&'a self, parent: Option<&'a CategoryId>) -> Vec<(&'a CategoryId, &'a CategoryNode)> {
        let below = self.nodes.iter().filter(|(_, node)| node.parent.as_ref() == parent);
        let mut children: Vec<_> = below.collect();
        children.sort_by(|(_, a), (_, b)| (a.position, &a.name).cmp(&(b.position, &b.name)));
        children
    }

    /// The tree with a new category.
    pub fn with(&self, id: CategoryId, terms: CategoryTerms) -> Result<Self, TreeFault> {
        if self.nodes.len() >= MOST_NODES {
            return Err(TreeFault::TooMany);
        }
        let inherited = match &terms.parent {
            Some(parent) => Some(self.nodes.get(parent).ok_or(TreeFault::UnknownParent)?.legal),
            None => None,
        };
        let legal = match (inherited, terms.legal) {
            (Some(law), None) => law,
            (Some(law), Some(said)) if law == said => law,
            (Some(_), Some(_)) => return Err(TreeFault::OtherLaw),
            (None, said) => said.ok_or(TreeFault::LawMissing)?,
        };
        self.set(id, terms, legal)
    }

    /// The tree with a category renamed, translated or moved, and all that hangs below it with it.
    pub fn changed(&self, id: &CategoryId, terms: CategoryTerms) -> Result<Self, TreeFault> {
        let legal = self.nodes.get(id).ok_or(TreeFault::Unknown)?.legal;
        if let Some(parent) = &terms.parent {
            let there = self.nodes.get(parent).ok_or(TreeFault::UnknownParent)?;
            if self.path(parent).contains(&id) {
                return Err(TreeFault::Cycle);
            }
            if there.legal != legal {
                return Err(TreeFault::OtherLaw);
            }
        }
        if terms.legal.is_some_and(|said| said != legal) {
            return Err(TreeFault::OtherLaw);
        }
        self.set(id.clone(), terms, legal)
    }

    /// The tree without a category that nothing hangs below.
    pub fn without(&self, id: &CategoryId) -> Result<Self, TreeFault> {
        if !self.nodes.contains_key(id) {
            return Err(TreeFault::Unknown);
        }
        if !self.children(Some(id)).is_empty() {
            return Err(TreeFault::HasChildren);
        }
        let mut nodes = self.nodes.clone();
        nodes.remove(id);
        Ok(Self { version: self.version + 1, nodes })
    }

    fn set(&self, id: CategoryId, terms: CategoryTerms, legal: Category) -> Result<Self, TreeFault> {
        let name = line(&terms.name, 60).map_err(|_| TreeFault::Name)?;
        let node = CategoryNode {
            slug: Slug::of(&name).ok_or(TreeFault::Name)?,
            name,
            names: names(terms.names, 60).map_err(|_| TreeFault::Name)?,
            parent: terms.parent,
            legal,
            position: terms.position,
        };
        let mut siblings = self.nodes.iter().filter(|(other, sibling)| **other != id && sibling.parent == node.parent);
        if siblings.any(|(_, sibling)| sibling.slug == node.slug) {
            return Err(TreeFault::NameTaken);
        }
        let depth = node.parent.as_ref().map_or(0, |parent| self.path(parent).len()) + self.height(&id);
        if depth > DEEPEST {
            return Err(TreeFault::TooDeep);
        }
        let mut nodes = self.nodes.clone();
        nodes.insert(id, node);
        Ok(Self { version: self.version + 1, nodes })
    }

    /// Levels of a branch, its root counted; a branch of its own for what is not there yet.
    fn height(&self, id: &CategoryId) -> usize {
        let mut level = vec![id];
        let mut height = 0;
        while !level.is_empty() && height <= MOST_NODES {
            height += 1;
            level = level.iter().flat_map(|id| self.children(Some(id))).map(|(id, _)| id).collect();
        }
        height
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(name: &str, parent: Option<&CategoryId>, legal: Option<Category>) -> CategoryTerms {
        CategoryTerms { name: name.into(), names: Names::new(), parent: parent.cloned(), legal, position: 0 }
    }

    fn id(number: usize) -> CategoryId {
        CategoryId::derive(&[&number.to_string()])
    }

    #[test]
    fn a_branch_is_of_one_kind_in_the_law() {
        let tree = CategoryTree::default().with(id(0), terms("Beer", None, Some(Category::Beer))).unwrap();
        let tree = tree.with(id(1), terms("Wine", None, Some(Category::Wine))).unwrap();
        let tree = tree.with(id(2), terms("Stout", Some(&id(0)), None)).unwrap();
        assert_eq!(tree.nodes[&id(2)].legal, Category::Beer);
        assert_eq!(tree.path(&id(2)), [&id(0), &id(2)]);
        assert_eq!(tree.branch(&id(0)), HashSet::from([id(0), id(2)]));
        assert!(tree.branch(&id(7)).is_empty());
        assert_eq!(tree.changed(&id(2), terms("Stout", Some(&id(1)), None)), Err(TreeFault::OtherLaw));
        assert_eq!(tree.with(id(3), terms("Port", Some(&id(1)), Some(Category::Beer))), Err(TreeFault::OtherLaw));
        assert_eq!(tree.with(id(3), terms("Nothing", None, None)), Err(TreeFault::LawMissing));
        assert_eq!(tree.with(id(3), terms("stout!", Some(&id(0)), None)), Err(TreeFault::NameTaken));
        assert_eq!(tree.without(&id(0)), Err(TreeFault::HasChildren));
        assert_eq!(tree.without(&id(2)).unwrap().nodes.len(), 2);
    }

    #[test]
    fn a_branch_is_moved_whole_and_never_too_deep() {
        let mut tree = CategoryTree::default().with(id(0), terms("0", None, Some(Category::Beer))).unwrap();
        for level in 1..DEEPEST {
            tree = tree.with(id(level), terms(&level.to_string(), Some(&id(level - 1)), None)).unwrap();
        }
        assert_eq!(tree.with(id(9), terms("9", Some(&id(DEEPEST - 1)), None)), Err(TreeFault::TooDeep));
        tree = tree.with(id(8), terms("8", None, Some(Category::Beer))).unwrap();
        assert_eq!(tree.changed(&id(0), terms("0", Some(&id(8)), None)), Err(TreeFault::TooDeep));
        assert_eq!(tree.changed(&id(0), terms("0", Some(&id(2)), None)), Err(TreeFault::Cycle));
        let moved = tree.changed(&id(2), terms("2", Some(&id(8)), None)).unwrap();
        assert_eq!(moved.path(&id(4)), [&id(8), &id(2), &id(3), &id(4)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn no_moves_ever_make_a_cycle(moves in prop::collection::vec((0_usize..12, 0_usize..14), 0..60)) {
            let mut tree = CategoryTree::default();
            for number in 0..12 {
                tree = tree.with(id(number), terms(&number.to_string(), None, Some(Category::Beer))).unwrap();
            }
            for (from, to) in moves {
                let parent = (to < 12).then(|| id(to));
                if let Ok(next) = tree.changed(&id(from), terms(&from.to_string(), parent.as_ref(), None)) {
                    prop_assert_eq!(next.version, tree.version + 1);
                    tree = next;
                }
                for node in tree.nodes.keys() {
                    let path = tree.path(node);
                    prop_assert!(path.len() <= DEEPEST);
                    prop_assert!(tree.nodes[path[0]].parent.is_none(), "each path begins at a root");
                }
            }
        }
    }
}
