//! Rebuilds when a migration is added: the folders are embedded in the program.
fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
