//! yinzheng
fn main() {}
