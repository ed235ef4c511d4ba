import { isVernemq } from '../../brokers/vernemq/read.js'
import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'
import type { RuleFinding } from '../rule-finding.js'

export const tlsListenerWithProxy: Rule = {
  code: 'MP202',
  name: 'tls-listener-with-proxy',
  summary: 'A listener is to read PROXY headers and end TLS (or to use the subject) at once.',
  severity: 'error',
  harm: 'The broker does not start; Mosquitto with version 1 starts and then fails every connection.',
  evidence:
    'Mosquitto 2.1.2 (src/conf.c, config__check_proxy) and VerneMQ 2.2.0 refuse the file; Mosquitto 1 + certfile: "wrong version number" for each client.',
  fix: 'End TLS at HAProxy and take the certificate lines out, or use the listener without PROXY.',
  *check(model) {
    yield* mismatchesFor('MP202', model)
    for (const { view } of model.brokers.filter(isVernemq)) {
      for (const setting of view.settings.values()) yield* vernemq(setting.key, setting.span)
    }
  },
}

function* vernemq(key: string, span: RuleFinding['at']): Generator<RuleFinding> {
  const kind = /^listener\.(ssl|wss|vmq|vmqs|https)\.(?:.+\.)?proxy_protocol$/.exec(key)?.[1]
  if (kind === undefined) return
  yield { at: span, message: `VerneMQ has no proxy_protocol for ${kind} listeners: it does not start` }
}
