import type { Seen } from '../kernel/observed.js'
import type { MismatchKind } from '../path/mismatch.js'
import { modelOf } from './model.js'
import type { Pair } from './pair.js'
import type { Way } from './ways.js'

/** A name and password for a broker that asks for them. */
export interface Login {
  readonly username: string
  readonly password: string | undefined
}

/** Why nothing can be said of a client without a password. */
export const withoutPassword =
  'could not be tried without a password: give -u NAME with -P PASSWORD or --password-file FILE'

/** A login that can never work, with or without a password: its refusal is what is wrong with the pair. */
const nobodyLogsIn: ReadonlySet<MismatchKind> = new Set(['no-login', 'cn-is-no-login', 'cn-never-taken'])

/**
 * Whether the listener of this way accepts clients by name and password only. A file in which nobody can log in at all is
 * another thing: that is a mismatch of its own.
 */
export function needsLogin(pair: Pair, { listener }: Way): boolean {
  if (listener === undefined || listener.login.anonymous.value) return false
  const nobody = modelOf(pair).mismatches.some((one) => {
    const end = one.path?.end
    const about = one.listener ?? (end?.kind === 'listener' ? end.listener : undefined)
    return nobodyLogsIn.has(one.kind) && about?.file === listener.file
  })
  if (nobody) return false
  const { users, elsewhere } = listener.login
  return users === undefined && elsewhere === undefined ? true : listener.cnAsUsername === undefined
}

/** Refused because of who the client says it is: the way to the broker works. */
export function refusedForLogin({ connect, whole }: Seen): boolean {
  if (connect?.outcome === 'connack') return [4, 5, 134, 135].includes(connect.connack ?? 0)
  return whole?.ok === false && /^Connection refused: (?:not authorized|bad user ?name or password)/i.test(whole.detail)
}
