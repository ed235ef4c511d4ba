import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import { nearest } from '../../../kernel/nearest.js'
import type { Behaviour } from './behaviour.js'
import { brokerHangs } from './broker-hangs.js'
import { brokerHangsMqttCheck } from './broker-hangs-mqtt-check.js'
import { brokerLate } from './broker-late.js'
import { brokerStops } from './broker-stops.js'
import { checkMqttLocal } from './check-mqtt-local.js'
import { checkMqttNeverLocal } from './check-mqtt-never-local.js'
import { checkPlain } from './check-plain.js'
import { checkPort } from './check-port.js'
import { hardStopAfter } from './hard-stop-after.js'
import { idleClient } from './idle-client.js'
import { manyClients } from './many-clients.js'
import { noShutdownSessions } from './no-shutdown-sessions.js'
import { payload1Mib } from './payload-1-mib.js'
import { reload } from './reload.js'
import { reloadSf } from './reload-sf.js'
import { shutdownSessions } from './shutdown-sessions.js'
import { timeoutTunnel } from './timeout-tunnel.js'

/** All of them, in the order in which they are shown; a file each. */
export const behaviours: readonly Behaviour[] = [
  reload,
  reloadSf,
  hardStopAfter,
  brokerStops,
  brokerLate,
  brokerHangs,
  brokerHangsMqttCheck,
  checkPlain,
  checkMqttLocal,
  checkMqttNeverLocal,
  checkPort,
  shutdownSessions,
  noShutdownSessions,
  idleClient,
  timeoutTunnel,
  manyClients,
  payload1Mib,
]

/**
 * `behaviour`, `behaviour/reload`.
 * @throws Fault MP-CHECK-UNKNOWN (exit 2) with the nearest name
 */
export function findBehaviours(text: string): readonly Behaviour[] {
  const id = text.replace(/^behaviour\/?/, '')
  if (id === '') return behaviours
  const found = behaviours.filter((one) => one.id === id)
  if (found.length > 0) return found
  const ids = behaviours.map((one) => one.id)
  const near = nearest(id, ids)
  throw new Fault('MP-CHECK-UNKNOWN', `there is no behaviour "${id}"`, {
    exit: EXIT.usage,
    hints: [...(near === undefined ? [] : [`did you mean behaviour/${near}?`]), `known: ${ids.join(', ')}`],
  })
}

export function isBehaviour(text: string): boolean {
  return text === 'behaviour' || text.startsWith('behaviour/')
}
