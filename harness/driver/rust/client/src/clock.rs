//! The host's monotonic clock, and what this process has used.

#[repr(C)]
struct Timespec {
    sec: i64,
    nsec: i64,
}

extern "C" {
    fn clock_gettime(id: i32, at: *mut Timespec) -> i32;
    fn getrusage(who: i32, usage: *mut Usage) -> i32;
}

/// struct rusage as 64-bit Linux and macOS lay it out.
#[repr(C)]
struct Usage {
    times: [i64; 4],
    max_rss: i64,
    rest: [i64; 13],
}

#[cfg(target_os = "macos")]
const IDS: (i32, i32) = (6, 12);
#[cfg(not(target_os = "macos"))]
const IDS: (i32, i32) = (1, 2);

fn read(id: i32) -> i64 {
    let mut at = Timespec { sec: 0, nsec: 0 };
    unsafe { clock_gettime(id, &mut at) };
    at.sec * 1_000_000_000 + at.nsec
}

/// CLOCK_MONOTONIC, in nanoseconds.
pub fn mono() -> i64 {
    read(IDS.0)
}

/// User and system time of the whole process, in nanoseconds.
pub fn cpu() -> i64 {
    read(IDS.1)
}

/// The largest resident size so far, in bytes.
pub fn peak_rss() -> i64 {
    let mut usage = Usage { times: [0; 4], max_rss: 0, rest: [0; 13] };
    unsafe { getrusage(0, &mut usage) };
    usage.max_rss * if cfg!(target_os = "macos") { 1 } else { 1024 }
}
