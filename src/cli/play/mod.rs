//! The parties of a sandbox at work: every function does what one of them does, through the public
//! interface and nothing else. Rehearsals and demonstrations are made of these.
//!
//! Never: a look into the database; a step the interface would refuse to a person.

pub mod bidder;
pub mod centre;
pub mod company;
pub mod door;
pub mod name;
pub mod owner;
pub mod panel;
pub mod sandbox;
pub mod session;

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// How many parties act at the same time.
const AT_ONCE: usize = 8;

/// Lets `each` work on every item, a few at a time; the results in the order of the items.
pub fn all<T: Sync, R: Send>(items: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(items.len()) {
            scope.spawn(|| {
                while let Some((i, item)) = {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    items.get(i).map(|item| (i, item))
                } {
                    let result = each(item);
                    done.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((i, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_stand_in_the_order_of_the_items() {
        let items: Vec<u32> = (0..100).collect();
        assert_eq!(
            super::all(&items, |i| i * 2),
            (0..100).map(|i| i * 2).collect::<Vec<_>>()
        );
        assert_eq!(super::all::<u32, u32>(&[], |i| *i), Vec::<u32>::new());
    }
}
