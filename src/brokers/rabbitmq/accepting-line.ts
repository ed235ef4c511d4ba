interface Accepted {
  /** Erlang's process of the connection, which is in each of its lines: `<0.691.0>`. */
  readonly process: string
  readonly address: string
  readonly port: number
  readonly clientId: string
}

/** The line of an accepted client, by version. */
const forms: readonly RegExp[] = [
  // 3.10: accepting MQTT connection <0.691.0> (198.51.100.7:4242 -> 192.0.2.1:1883, client id: one)
  /accepting (?:Web )?MQTT connection (<[\d.]+>) \((\S+) -> \S+, client id: (.*)\)$/,
  // 4.3: [info] <0.686.0> Accepted MQTT connection 198.51.100.7:4242 -> 192.0.2.1:1883 for client ID one
  /(<[\d.]+>) Accepted (?:Web )?MQTT connection (\S+) -> \S+ for client ID (.*)$/,
]

export function parseAccepting(line: string): Accepted | undefined {
  for (const form of forms) {
    const [, process, peer = '', clientId] = form.exec(line) ?? []
    const end = /^(?:\[([^\]]+)\]|(.+)):(\d+)$/.exec(peer)
    const address = end?.[1] ?? end?.[2]
    if (process !== undefined && address !== undefined && clientId !== undefined) {
      return { process, address, port: Number(end?.[3]), clientId }
    }
  }
  return undefined
}

/** The username in the CONNECT that this process received, quoted before 4.0; `null`: it had none. */
export function usernameOf(line: string, process: string): string | null | undefined {
  if (!line.includes(`${process} Received a CONNECT`)) return undefined
  const name = /, username: (.*?), clean (?:session|start):/.exec(line)?.[1]
  if (name === undefined) return undefined
  if (name === 'undefined') return null
  return /^"((?:[^"\\]|\\.)*)"$/.exec(name)?.[1] ?? name
}
