import type { Rule, RuleFinding } from '../rule.js'

export const tlsListenerWithProxy: Rule = {
  code: 'MP202',
  name: 'tls-listener-with-proxy',
  summary: 'A listener is to read PROXY headers and end TLS (or to use the subject) at once.',
  severity: 'error',
  harm: 'The broker does not start; Mosquitto with version 1 starts and then fails every connection.',
  evidence:
    'Mosquitto 2.1.2 (src/conf.c, config__check_proxy) and VerneMQ 2.2.0 refuse the file; Mosquitto 1 + certfile: "wrong version number" for each client.',
  fix: 'End TLS at HAProxy and take the certificate lines out, or use the listener without PROXY.',
  *check({ receivers, brokers }) {
    for (const { origin, accepts } of receivers) {
      if (origin.broker !== 'mosquitto' || accepts.length === 0) continue
      const { certfile, keyfile, cafile, settings } = origin.listener
      const subject = settings.get('use_subject_as_username')
      for (const setting of [certfile, keyfile]) {
        if (setting === undefined) continue
        const message =
          accepts[0] === 2
            ? `${setting.name} cannot stand beside enable_proxy_protocol 2: Mosquitto does not start`
            : `${setting.name} beside enable_proxy_protocol 1: Mosquitto reads TLS before the header, so every client fails`
        yield { at: setting.span, message }
      }
      if (cafile !== undefined && certfile === undefined) {
        yield { at: cafile.span, message: `${cafile.name} without certfile and keyfile: Mosquitto does not start` }
      }
      if (subject !== undefined && origin.listener.useSubjectAsUsername.value && accepts[0] === 2) {
        const message =
          'use_subject_as_username cannot stand beside enable_proxy_protocol 2: only the CN is in the header'
        yield { at: subject.span, message, fix: { text: 'use_identity_as_username true with send-proxy-v2-ssl-cn' } }
      }
    }
    for (const view of brokers) {
      if (view.dialect !== 'vernemq') continue
      for (const setting of view.settings.values()) yield* vernemq(setting.key, setting.span)
    }
  },
}

function* vernemq(key: string, span: RuleFinding['at']): Generator<RuleFinding> {
  const kind = /^listener\.(ssl|wss|vmq|vmqs|https)\.(?:.+\.)?proxy_protocol$/.exec(key)?.[1]
  if (kind === undefined) return
  yield { at: span, message: `VerneMQ has no proxy_protocol for ${kind} listeners: it does not start` }
}
