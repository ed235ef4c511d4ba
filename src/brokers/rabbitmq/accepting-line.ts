/** `accepting MQTT connection <0.691.0> (198.51.100.7:4242 -> 192.0.2.1:1883, client id: one)`, level info. */
export function parseAccepting(
  line: string,
): { process: string; address: string; port: number; clientId: string } | undefined {
  const match =
    /accepting (?:Web )?MQTT connection (<[\d.]+>) \((?:\[([^\]]+)\]|([^:\s]+)):(\d+) -> \S+, client id: (.*)\)$/.exec(
      line,
    )
  const [, process, v6, v4, port, clientId] = match ?? []
  const address = v6 ?? v4
  if (process === undefined || address === undefined || clientId === undefined) return undefined
  return { process, address, port: Number(port), clientId }
}

/** The username in the CONNECT that this process received, level debug; `null`: it had none. */
export function usernameOf(line: string, process: string): string | null | undefined {
  if (!line.includes(`${process} Received a CONNECT`)) return undefined
  const match = /, username: (?:undefined|"((?:[^"\\]|\\.)*)"), clean session:/.exec(line)
  if (match === null) return undefined
  return match[1] ?? null
}
