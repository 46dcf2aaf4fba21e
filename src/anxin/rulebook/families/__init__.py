"""The shapes of rules, one module a family: `read(body)` gives what queries use, `problems(body, ...)` what is wrong."""
