import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The paths of one of our running stacks, for the commands that look at one. */
export interface LiveStack {
  /** `proxy-mtls-cn`. */
  readonly name: string
  readonly sockets: readonly string[]
  readonly brokerLogs: readonly string[]
  readonly haproxyLogs: readonly string[]
}

const fileName = 'live.json'

/** Leaves word of a running stack in its own folder, which only its owner can look into. */
export function announceStack(folder: string, stack: LiveStack): void {
  writeFileSync(join(folder, fileName), `${JSON.stringify(stack)}\n`, { mode: 0o600 })
}

/**
 * Stacks of this user's that say they run. A folder that somebody else could have put there is not looked into; whether
 * the stack still runs is known when its socket is asked.
 */
export function liveStacks(): readonly LiveStack[] {
  const uid = process.getuid?.()
  return folders().flatMap((folder) => {
    try {
      const stats = statSync(folder)
      if (stats.uid !== uid || (stats.mode & 0o077) !== 0) return []
      return parsed(JSON.parse(readFileSync(join(folder, fileName), 'utf8'))) ?? []
    } catch {
      return []
    }
  })
}

function folders(): readonly string[] {
  const parent = tmpdir()
  try {
    return readdirSync(parent)
      .filter((name) => name.startsWith('mqtt-proxy-'))
      .map((name) => join(parent, name))
  } catch {
    return []
  }
}

function parsed(value: unknown): LiveStack | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { name, sockets, brokerLogs, haproxyLogs }: Partial<Record<keyof LiveStack, unknown>> = value
  if (typeof name !== 'string' || !texts(sockets) || !texts(brokerLogs) || !texts(haproxyLogs)) return undefined
  return { name, sockets, brokerLogs, haproxyLogs }
}

function texts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
