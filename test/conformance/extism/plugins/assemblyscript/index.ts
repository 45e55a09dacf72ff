// A plug-in that Extism's PDK for AssemblyScript makes.
import { Config, Host, LogLevel, Memory, Var } from "@extism/as-pdk";
import { error_set, http_request, length } from "@extism/as-pdk/lib/env";

function giveUp(message: string | null, file: string | null, line: u32, column: u32): void {
  unreachable();
}

export function nothing(): i32 {
  return 0;
}

export function echo(): i32 {
  Host.output(Host.input());
  return 0;
}

export function greet(): i32 {
  const greeting = Config.get("greeting");
  Host.outputString(greeting === null ? "no greeting" : greeting);
  return 0;
}

export function count(): i32 {
  const before = Var.getString("count");
  const n = (before === null ? 0 : I32.parseInt(before)) + 1;
  Var.set("count", Uint8Array.wrap(String.UTF8.encode(n.toString())));
  Host.outputString(n.toString());
  return 0;
}

export function forget(): i32 {
  Var.remove("count");
  return 0;
}

export function fail(): i32 {
  error_set(Memory.allocateBytes(Host.input()).offset);
  return 7;
}

export function fetch(): i32 {
  const body = http_request(Memory.allocateBytes(Host.input()).offset, 0);
  Host.outputMemory(new Memory(body, length(body)));
  return 0;
}

export function speak(): i32 {
  Host.log(LogLevel.Debug, "a debug line");
  Host.log(LogLevel.Info, "an info line");
  Host.log(LogLevel.Warn, "a warn line");
  Host.log(LogLevel.Error, "an error line");
  return 0;
}

export function give_up(): i32 {
  throw new Error("the plug-in gives up");
}
