//! Sla is the module of the help desk that says when a ticket's first response and its closing are due, and notes
//! which of them came too late. All it knows comes from the events of tickets, in whatever order they arrive.

mod business;
mod clock;
mod date;
mod event;
mod report;
mod setting;

#[cfg(test)]
mod order_test;

// The exports that module.yaml names.
mozaiks::handler!(on_opened, event::on_opened);
mozaiks::handler!(on_commented, event::on_commented);
mozaiks::handler!(on_closed, event::on_closed);
mozaiks::handler!(read_report, report::report);
mozaiks::handler!(read_clock, clock::show);
