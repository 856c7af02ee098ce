-- With a count as its first argument, asks for that many files in turn, far from one another; the second one says where
-- to begin. The names are those of src/tree.ts.
local count, at

function init(args)
  count = tonumber(args[1])
  at = tonumber(args[2]) or 0
  if count then request = next_file end
end

function next_file()
  -- The step has no divisor in common with a power of ten: every file comes once before any comes again.
  at = (at + 61803) % count
  return wrk.format(nil, string.format("/many/%d/%d/%d.bin", at % 100, math.floor(at / 100) % 10, at))
end

-- One line that a program can read. Microseconds.
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('wrk-result {"requests":%d,"bytes":%d,"duration":%d,"p50":%d,"p99":%d,', summary.requests,
    summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99)))
  io.write(string.format('"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\n', e.connect, e.read,
    e.write, e.status, e.timeout))
end
