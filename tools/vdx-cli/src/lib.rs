//! The shell round a tool: flags, host facts, plan, logging, exit codes.
