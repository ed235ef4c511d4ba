import { setTimeout as pause } from 'node:timers/promises'
import type { RunningHaproxy, ServerState } from '../types.js'

export interface HealthVerdict {
  readonly ok: boolean
  readonly detail: string
}

/** How often HAProxy is asked. */
const everyMs = 25

/**
 * Waits until HAProxy's health checks have come to a verdict on these servers, and says it: `UP`, or `DOWN` and why.
 */
export async function verdictOf(
  haproxies: readonly RunningHaproxy[],
  servers: readonly { readonly backend: string; readonly server: string }[],
  withinMs: number,
  signal: AbortSignal,
): Promise<HealthVerdict> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const states = (await Promise.all(haproxies.map((one) => one.servers()))).flat()
    const found = servers.map((one) => ({ ...one, state: stateOf(states, one) }))
    const open = found.filter(({ state }) => state === undefined || !isSettled(state))
    const late = performance.now() > deadline || haproxies.some((one) => !one.alive())
    if (open.length === 0 || late) {
      const said = found.map(({ backend, server, state }) => `${backend}/${server} ${wordsOf(state)}`)
      return { ok: found.every(({ state }) => state !== undefined && isUp(state)), detail: said.join('; ') }
    }
    await pause(everyMs, undefined, { signal })
  }
}

function stateOf(
  states: readonly ServerState[],
  { backend, server }: { readonly backend: string; readonly server: string },
): ServerState | undefined {
  return states.find((one) => one.backend === backend && one.server === server)
}

/**
 * A server starts as UP; only a finished check makes that a verdict. One that a busy machine answered late is none: a
 * server that is found good comes back at the next.
 */
function isSettled({ status, check, failures }: ServerState): boolean {
  if (status === 'no check' || status.startsWith('MAINT')) return true
  if (check === '' || check === 'INI' || check.startsWith('*')) return false
  if (status === 'UP') return /OK/.test(check)
  return status === 'DOWN' && (failures >= 2 || check === 'L4CON')
}

function isUp({ status }: ServerState): boolean {
  return status === 'UP' || status === 'no check'
}

function wordsOf(state: ServerState | undefined): string {
  if (state === undefined) return 'is unknown to HAProxy'
  const { status, check, detail } = state
  const why = [check.replace(/^\* /, ''), detail].filter((one) => one !== '').join(', ')
  return `is ${status}${why === '' || isUp(state) ? '' : ` (${why})`}`
}
