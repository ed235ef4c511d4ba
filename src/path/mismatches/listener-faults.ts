import type { ListenerFaultKind } from '../../brokers/listener.js'
import type { Judge, Suffers } from '../mismatch.js'

/** What contradicts itself on a listener: its broker's own folder knows, here it joins what the paths tell. */
function faultsAs(kind: ListenerFaultKind, suffers: Suffers, evidence: string): Judge {
  return {
    evidence,
    *find({ topology }) {
      for (const listener of topology.listeners) {
        for (const { kind: found, ...fault } of listener.faults) {
          if (found === kind) yield { ...fault, suffers, listener }
        }
      }
    },
  }
}

const unchecked = 'nobody is refused: anyone can forge'

/** Nothing else about such a listener matters. */
export const listenerCannotBe: Judge = {
  ...faultsAs(
    'cannot-be',
    'every client',
    'Mosquitto 2.1.2 (src/conf.c, config__check_proxy) refuses the file; with version 1 and certfile it starts, and "wrong version number" ends each client.',
  ),
  unusable: true,
}

export const v1IgnoresTls = faultsAs(
  'v1-ignores-tls',
  unchecked,
  'Mosquitto 2.1.2 with enable_proxy_protocol 1 and require_certificate true: CONNACK 0, no warning.',
)

export const identityIgnored = faultsAs(
  'identity-ignored',
  unchecked,
  "Mosquitto 2.1.2: the client's own username wins, the log shows no CN.",
)

export const ownIdentityNotAsked = faultsAs(
  'own-identity-not-asked',
  'every client',
  'Mosquitto 2.1.2 with certfile and use_identity_as_username alone: CONNACK 4 for a client with a certificate and one without.',
)

export const requireTlsIgnored = faultsAs(
  'require-tls-ignored',
  'clients without TLS',
  'Mosquitto 2.1.2: accepted at start, CONNACK 0 for a plain client.',
)

/** The CN of a header names a client; on Mosquitto it opens no door. */
export const cnIsNoLogin = faultsAs(
  'cn-is-no-login',
  'every client',
  'Mosquitto 2.1.2: refused without allow_anonymous true, and refused with a password_file in scope whatever else is set.',
)

export const noLogin = faultsAs(
  'no-login',
  'every client',
  'Mosquitto since 2.0: a listener without allow_anonymous, password_file or plugin refuses everybody.',
)
