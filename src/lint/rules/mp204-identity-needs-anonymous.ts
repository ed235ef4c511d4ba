import { addToReceiver } from '../edits.js'
import { partlyUnread } from '../model.js'
import type { Receiver } from '../receivers.js'
import type { Rule } from '../rule.js'

export const identityNeedsAnonymous: Rule = {
  code: 'MP204',
  name: 'identity-needs-anonymous',
  summary: 'The CN of a PROXY header names a client but does not authenticate it.',
  severity: 'error',
  harm: 'Every client gets CONNACK 5 (135 in MQTT 5), certificate or not.',
  evidence:
    'Mosquitto 2.1.2: refused without allow_anonymous true, and refused with a password_file in scope whatever else is set.',
  fix: 'listener_allow_anonymous true, and no password_file for this listener; access rules by %u.',
  *check(model) {
    for (const receiver of model.receivers) {
      if (partlyUnread(model, receiver.origin.view.file)) continue
      const need = identityRefused(receiver)
      if (need === undefined) continue
      const { span, passwordFile, anonymous } = need
      const related =
        passwordFile === undefined ? [] : [{ span: passwordFile.span, message: 'a password_file in scope' }]
      const edits = anonymous ? [] : [addToReceiver(receiver, 'listener_allow_anonymous true')]
      yield {
        at: span,
        message:
          passwordFile === undefined
            ? 'the CN alone authenticates nobody: without allow_anonymous true every client gets CONNACK 5'
            : 'with a password_file in scope the CN authenticates nobody: every client gets CONNACK 5',
        related,
        fix: {
          text: passwordFile === undefined ? 'listener_allow_anonymous true' : 'no password_file for this listener',
          ...(passwordFile === undefined && { edits }),
        },
      }
    }
  },
}

/** A PROXY listener with CN as username on which nobody can authenticate. */
export function identityRefused(receiver: Receiver) {
  const { origin, accepts } = receiver
  if (origin.broker !== 'mosquitto' || accepts[0] !== 2) return undefined
  const { useIdentityAsUsername, requireCertificate, allowAnonymous, passwordFile, plugins } = origin.listener
  const { span } = useIdentityAsUsername
  if (!useIdentityAsUsername.value || span === undefined || !requireCertificate.value || plugins.length > 0)
    return undefined
  if (allowAnonymous.value && passwordFile === undefined) return undefined
  return { span, passwordFile, anonymous: allowAnonymous.value }
}
