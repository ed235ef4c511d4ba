import { addToReceiver } from '../edits.js'
import { partlyUnread } from '../model.js'
import type { Rule } from '../rule.js'
import { listenerName } from '../say.js'
import { identityRefused } from './mp204-identity-needs-anonymous.js'

export const nobodyCanEnter: Rule = {
  code: 'MP209',
  name: 'nobody-can-enter',
  summary: 'A listener without any way to authenticate, and anonymous clients are not allowed.',
  severity: 'error',
  harm: 'Every client gets CONNACK 5 (135 in MQTT 5).',
  evidence: 'Mosquitto since 2.0: a listener without allow_anonymous, password_file or plugin refuses everybody.',
  fix: 'password_file (or a plugin) for clients with names, or allow_anonymous true.',
  *check(model) {
    const said = new Set<string>()
    for (const receiver of model.receivers) {
      const { origin } = receiver
      if (origin.broker !== 'mosquitto' || partlyUnread(model, origin.view.file)) continue
      const { listener, view } = origin
      const { allowAnonymous, passwordFile, plugins, settings, certfile } = listener
      if (allowAnonymous.value || passwordFile !== undefined || plugins.length > 0) continue
      if (settings.has('psk_hint') || view.global.has('psk_file') || identityRefused(receiver) !== undefined) continue
      const byCertificate = listener.useIdentityAsUsername.value || listener.useSubjectAsUsername.value
      if (certfile !== undefined && listener.requireCertificate.value && byCertificate) continue
      if (said.has(receiver.file) && !view.perListenerSettings && allowAnonymous.span === undefined) continue
      said.add(receiver.file)
      // Somebody who wrote "false" has to decide for himself.
      const silent = allowAnonymous.span === undefined
      yield {
        at: receiver.span,
        message: `${listenerName(receiver)} refuses every client: no password_file, no plugin, and no allow_anonymous true`,
        ...(allowAnonymous.span !== undefined && {
          related: [{ span: allowAnonymous.span, message: 'anonymous clients are refused here' }],
        }),
        fix: {
          text: 'allow_anonymous true, or a password_file',
          ...(silent && { edits: [addToReceiver(receiver, 'allow_anonymous true')] }),
        },
      }
    }
  },
}
