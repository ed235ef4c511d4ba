import { setTimeout as pause } from 'node:timers/promises'
import { tableOf } from './admin-table.js'
import type { StartedVernemq } from './source.js'

/**
 * VerneMQ listens about a second before its plugins are there; who subscribes in between is refused. Waits until
 * vmq_acl, which is on unless the file says otherwise, is listed.
 */
export async function pluginsAreUp(
  broker: Pick<StartedVernemq, 'ask' | 'alive'>,
  config: string,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  const wanted = lastValue(config, 'plugins.vmq_acl') === 'off' ? undefined : 'vmq_acl'
  const deadline = performance.now() + withinMs
  while (broker.alive()) {
    const rows = tableOf(await broker.ask(['plugin', 'show', '--format=json']).catch(() => ''))
    const names = rows?.flatMap((row) => Object.values(row))
    if (names !== undefined && (wanted === undefined || names.includes(wanted))) return true
    if (performance.now() > deadline) return false
    await pause(50, undefined, signal && { signal })
  }
  return false
}

/** Of two lines the last one counts. */
function lastValue(config: string, key: string): string | undefined {
  const lines = config.split('\n').map((line) => /^\s*([^#=\s]+)\s*=\s*([^#]*)/.exec(line))
  return lines.findLast((one) => one?.[1] === key)?.[2]?.trim()
}
