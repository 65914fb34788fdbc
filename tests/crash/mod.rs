//! What is acknowledged is stored once, whatever happens to the process, the disk or the clock.

mod faults;
mod kill;
mod resend;
mod server;
mod sharding;
