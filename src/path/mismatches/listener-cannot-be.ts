import type { Found, Judge } from '../mismatch.js'

/** A listener that the broker does not start, or that fails every connection: nothing else about it matters. */
export const listenerCannotBe: Judge = {
  evidence:
    'Mosquitto 2.1.2 (src/conf.c, config__check_proxy) refuses the file; with version 1 and certfile it starts, and "wrong version number" ends each client.',
  unusable: true,
  *find({ topology }) {
    for (const listener of topology.listeners) {
      const { origin } = listener
      const [version] = listener.header.accepts
      if (origin.broker !== 'mosquitto' || version === undefined) continue
      const base = { suffers: 'every client' as const, listener }
      const { certfile, keyfile, cafile, settings } = origin.listener
      for (const setting of [certfile, keyfile]) {
        if (setting === undefined) continue
        const message =
          version === 2
            ? `${setting.name} cannot stand beside enable_proxy_protocol 2: Mosquitto does not start`
            : `${setting.name} beside enable_proxy_protocol 1: Mosquitto reads TLS before the header, so every client fails`
        yield { ...base, at: setting.span, message } satisfies Found
      }
      if (cafile !== undefined && certfile === undefined) {
        const message = `${cafile.name} without certfile and keyfile: Mosquitto does not start`
        yield { ...base, at: cafile.span, message }
      }
      const subject = settings.get('use_subject_as_username')
      if (subject === undefined || !origin.listener.useSubjectAsUsername.value || version !== 2) continue
      yield {
        ...base,
        at: subject.span,
        message: 'use_subject_as_username cannot stand beside enable_proxy_protocol 2: only the CN is in the header',
        remedy: { text: 'use_identity_as_username true with send-proxy-v2-ssl-cn' },
      }
    }
  },
}
