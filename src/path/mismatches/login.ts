import { addToListener } from '../edits.js'
import type { Listener } from '../listener.js'
import type { Found, Judge } from '../mismatch.js'
import { listenerName } from '../say.js'

/** The CN of a header names a client; on Mosquitto it opens no door. */
export const cnIsNoLogin: Judge = {
  evidence:
    'Mosquitto 2.1.2: refused without allow_anonymous true, and refused with a password_file in scope whatever else is set.',
  *find({ topology, partlyUnread }) {
    for (const listener of topology.listeners) {
      if (partlyUnread(listener.origin.view.file)) continue
      const need = identityRefused(listener)
      if (need === undefined) continue
      const { span, passwordFile, anonymous } = need
      const text = 'listener_allow_anonymous true'
      yield {
        at: span,
        suffers: 'every client',
        message:
          passwordFile === undefined
            ? 'the CN alone authenticates nobody: without allow_anonymous true every client gets CONNACK 5'
            : 'with a password_file in scope the CN authenticates nobody: every client gets CONNACK 5',
        related: passwordFile === undefined ? [] : [{ span: passwordFile.span, message: 'a password_file in scope' }],
        remedy:
          passwordFile === undefined
            ? { text, ...(!anonymous && { edits: [addToListener(listener, text)], opensAccess: true as const }) }
            : { text: 'no password_file for this listener' },
        listener,
      }
    }
  },
}

/** A PROXY listener with CN as username on which nobody can authenticate. */
function identityRefused({ origin, header }: Listener) {
  if (origin.broker !== 'mosquitto' || header.accepts[0] !== 2) return undefined
  const { useIdentityAsUsername, requireCertificate, allowAnonymous, passwordFile, plugins } = origin.listener
  const { span } = useIdentityAsUsername
  if (!useIdentityAsUsername.value || span === undefined || !requireCertificate.value || plugins.length > 0)
    return undefined
  if (allowAnonymous.value && passwordFile === undefined) return undefined
  return { span, passwordFile, anonymous: allowAnonymous.value }
}

export const noLogin: Judge = {
  evidence: 'Mosquitto since 2.0: a listener without allow_anonymous, password_file or plugin refuses everybody.',
  *find({ topology, partlyUnread }) {
    const said = new Set<string>()
    for (const listener of topology.listeners) {
      const { origin } = listener
      if (origin.broker !== 'mosquitto' || partlyUnread(origin.view.file)) continue
      const { view } = origin
      const { allowAnonymous, passwordFile, plugins, settings, certfile, ...own } = origin.listener
      if (allowAnonymous.value || passwordFile !== undefined || plugins.length > 0) continue
      if (settings.has('psk_hint') || view.global.has('psk_file') || identityRefused(listener) !== undefined) continue
      const byCertificate = own.useIdentityAsUsername.value || own.useSubjectAsUsername.value
      if (certfile !== undefined && own.requireCertificate.value && byCertificate) continue
      if (said.has(listener.file) && !view.perListenerSettings && allowAnonymous.span === undefined) continue
      said.add(listener.file)
      yield refuses(listener)
    }
  },
}

function refuses(listener: Listener): Found {
  const { span } = listener.login.anonymous
  return {
    at: listener.span,
    suffers: 'every client',
    message: `${listenerName(listener)} refuses every client: no password_file, no plugin, and no allow_anonymous true`,
    ...(span !== undefined && { related: [{ span, message: 'anonymous clients are refused here' }] }),
    remedy: {
      text: 'allow_anonymous true, or a password_file',
      // Somebody who wrote "false" has to decide for himself.
      ...(span === undefined && {
        edits: [addToListener(listener, 'allow_anonymous true')],
        opensAccess: true as const,
      }),
    },
    listener,
  }
}
