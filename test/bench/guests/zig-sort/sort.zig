// Sorting n numbers by the standard library, with a comparison that is called.
const std = @import("std");

var heap: [4096]u8 = undefined;
var numbers: [200_000]u32 = undefined;
var text: [32]u8 = undefined;

export fn mozaiks_alloc(n: usize) ?[*]u8 {
    return if (n <= heap.len) &heap else null;
}

export fn run(in: [*]const u8, length: usize) u64 {
    var n: usize = 0;
    for (in[0..length]) |c| {
        if (c >= '0' and c <= '9') n = n * 10 + (c - '0');
    }
    var x: u32 = 1;
    for (numbers[0..n]) |*v| {
        x = x *% 1664525 +% 1013904223;
        v.* = x >> 4;
    }
    std.mem.sort(u32, numbers[0..n], {}, std.sort.asc(u32));
    const out = std.fmt.bufPrint(&text, "{{\"ok\":{d}}}", .{numbers[n / 2]}) catch return 0;
    return @as(u64, @intFromPtr(out.ptr)) << 32 | out.len;
}
