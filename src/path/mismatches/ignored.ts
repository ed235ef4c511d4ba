import { replaceAt } from '../../config/edit.js'
import { addToListener } from '../edits.js'
import type { Judge } from '../mismatch.js'

/** Options that a listener accepts and then does not look at: nothing is checked, and nobody is told. */

export const v1IgnoresTls: Judge = {
  evidence: 'Mosquitto 2.1.2 with enable_proxy_protocol 1 and require_certificate true: CONNACK 0, no warning.',
  *find({ topology }) {
    for (const listener of topology.listeners) {
      const { origin } = listener
      if (origin.broker !== 'mosquitto' || origin.listener.proxy?.value !== 1 || origin.listener.certfile) continue
      const { requireTls, requireCertificate, useIdentityAsUsername, settings } = origin.listener
      const version = settings.get('enable_proxy_protocol')
      for (const flag of [requireTls, requireCertificate, useIdentityAsUsername]) {
        if (!flag.value || flag.span === undefined || version === undefined) continue
        yield {
          at: flag.span,
          suffers: 'nobody is refused: anyone can forge',
          message: 'version 1 of the header carries no TLS facts: this option checks nothing',
          related: [{ span: version.span, message: 'the listener reads version 1' }],
          remedy: { text: 'enable_proxy_protocol 2', edits: [replaceAt(version.valueSpan, '2')] },
          listener,
        }
      }
    }
  },
}

export const identityIgnored: Judge = {
  evidence: "Mosquitto 2.1.2: the client's own username wins, the log shows no CN.",
  *find({ topology }) {
    for (const listener of topology.listeners) {
      const { origin, header } = listener
      if (origin.broker !== 'mosquitto' || header.accepts[0] !== 2) continue
      const { useIdentityAsUsername, requireCertificate } = origin.listener
      if (!useIdentityAsUsername.value || useIdentityAsUsername.span === undefined || requireCertificate.value) continue
      yield {
        at: useIdentityAsUsername.span,
        suffers: 'nobody is refused: anyone can forge',
        message: 'use_identity_as_username is ignored without require_certificate true: clients name themselves',
        remedy: { text: 'require_certificate true', edits: [addToListener(listener, 'require_certificate true')] },
        listener,
      }
    }
  },
}

export const requireTlsIgnored: Judge = {
  evidence: 'Mosquitto 2.1.2: accepted at start, CONNACK 0 for a plain client.',
  *find({ topology }) {
    for (const listener of topology.listeners) {
      const { origin, header } = listener
      if (origin.broker !== 'mosquitto' || header.accepts.length > 0 || origin.listener.proxy !== undefined) continue
      const { requireTls } = origin.listener
      if (!requireTls.value || requireTls.span === undefined) continue
      yield {
        at: requireTls.span,
        suffers: 'clients without TLS',
        message: 'proxy_protocol_v2_require_tls does nothing without enable_proxy_protocol 2: plaintext is accepted',
        remedy: { text: 'enable_proxy_protocol 2', edits: [addToListener(listener, 'enable_proxy_protocol 2')] },
        listener,
      }
    }
  },
}
