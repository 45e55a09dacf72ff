use std::cmp::Ordering;

/// A natural number of any size, for the few decimal numbers that 64 bits do not settle. The least part comes first; the
/// last is not 0.
#[derive(Clone)]
pub(super) struct Big(Vec<u32>);

impl Big {
    pub(super) fn of(number: u64) -> Big {
        let mut big = Big(vec![number as u32, (number >> 32) as u32]);
        big.trim();
        big
    }

    /// How many bits it has; 0 for 0.
    pub(super) fn bits(&self) -> i64 {
        match self.0.last() {
            Some(top) => self.0.len() as i64 * 32 - i64::from(top.leading_zeros()),
            None => 0,
        }
    }

    /// Multiplies, and adds to the product.
    pub(super) fn mul_add(&mut self, factor: u32, more: u32) {
        let mut carry = u64::from(more);
        for part in &mut self.0 {
            carry += u64::from(*part) * u64::from(factor);
            *part = carry as u32;
            carry >>= 32;
        }
        self.0.push(carry as u32);
        self.trim();
    }

    pub(super) fn mul_pow10(&mut self, exponent: i64) {
        for _ in 0..exponent / 9 {
            self.mul_add(1_000_000_000, 0);
        }
        for _ in 0..exponent % 9 {
            self.mul_add(10, 0);
        }
    }

    pub(super) fn shl(&mut self, bits: i64) {
        self.mul_add(1 << (bits % 32), 0);
        let zeros = std::iter::repeat(0).take(if self.0.is_empty() { 0 } else { (bits / 32) as usize });
        self.0.splice(..0, zeros);
    }

    pub(super) fn add(&mut self, other: &Big) {
        let mut carry = 0;
        self.0.resize(self.0.len().max(other.0.len()) + 1, 0);
        for (i, part) in self.0.iter_mut().enumerate() {
            carry += u64::from(*part) + u64::from(other.part(i));
            *part = carry as u32;
            carry >>= 32;
        }
        self.trim();
    }

    /// Takes away a number that is not greater.
    pub(super) fn sub(&mut self, other: &Big) {
        let mut borrow = 0;
        for (i, part) in self.0.iter_mut().enumerate() {
            let (less, under) = part.overflowing_sub(other.part(i));
            let (less, again) = less.overflowing_sub(borrow);
            *part = less;
            borrow = u32::from(under | again);
        }
        self.trim();
    }

    pub(super) fn compare(&self, other: &Big) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    fn part(&self, i: usize) -> u32 {
        self.0.get(i).copied().unwrap_or(0)
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}
