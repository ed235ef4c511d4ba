import { replaceAt } from '../../config/edit.js'
import { formatEndpoint } from '../../kernel/address.js'
import type { ListenerFault } from '../listener.js'
import { addToListener } from './edits.js'
import { valueFault } from './value-fault.js'
import { versionOf } from './version.js'
import type { MosquittoListener, MosquittoView } from './view.js'

/** What contradicts itself on a listener (Mosquitto 2.1.2, src/conf.c, config__check_proxy, and measured). */
export function faultsOf(one: MosquittoListener): readonly ListenerFault[] {
  return [...cannotBe(one), ...ignored(one)]
}

function* cannotBe(one: MosquittoListener): Generator<ListenerFault> {
  const version = versionOf(one)
  if (version === undefined) return
  for (const setting of [one.certfile, one.keyfile]) {
    if (setting === undefined) continue
    const message =
      version === 1
        ? `${setting.name} beside enable_proxy_protocol 1: Mosquitto reads TLS before the header, so every client fails`
        : `${setting.name} cannot stand beside enable_proxy_protocol 2: Mosquitto does not start`
    yield { kind: 'cannot-be', at: setting.span, message }
  }
  if (one.cafile !== undefined && one.certfile === undefined) {
    const message = `${one.cafile.name} without certfile and keyfile: Mosquitto does not start`
    yield { kind: 'cannot-be', at: one.cafile.span, message }
  }
  const subject = one.settings.get('use_subject_as_username')
  if (subject === undefined || !one.useSubjectAsUsername.value || version === 1) return
  yield {
    kind: 'cannot-be',
    at: subject.span,
    message: 'use_subject_as_username cannot stand beside enable_proxy_protocol 2: only the CN is in the header',
    remedy: { text: 'use_identity_as_username true with send-proxy-v2-ssl-cn' },
  }
}

/** Options that a listener accepts and then does not look at: nothing is checked, and nothing is reported. */
function* ignored(one: MosquittoListener): Generator<ListenerFault> {
  const { requireTls, requireCertificate, useIdentityAsUsername: identity } = one
  const setting = one.settings.get('enable_proxy_protocol')
  const version = versionOf(one)
  if (version === 1 && one.certfile === undefined && setting !== undefined) {
    for (const flag of [requireTls, requireCertificate, identity]) {
      if (!flag.value || flag.span === undefined) continue
      yield {
        kind: 'v1-ignores-tls',
        at: flag.span,
        message: 'version 1 of the header carries no TLS facts: this option checks nothing',
        related: [{ span: setting.span, message: 'the listener reads version 1' }],
        remedy: { text: 'enable_proxy_protocol 2', edits: [replaceAt(setting.valueSpan, '2')] },
      }
    }
  }
  if (version === 2 && identity.value && identity.span !== undefined && !requireCertificate.value) {
    const text = 'require_certificate true'
    yield {
      kind: 'identity-ignored',
      at: identity.span,
      message: 'use_identity_as_username is ignored without require_certificate true: clients name themselves',
      remedy: { text, edits: [addToListener(one, text)] },
    }
  }
  if (
    version === undefined &&
    one.certfile !== undefined &&
    identity.span !== undefined &&
    identity.value &&
    !requireCertificate.value
  ) {
    const text = 'require_certificate true'
    yield {
      kind: 'own-identity-not-asked',
      at: identity.span,
      message:
        'without require_certificate true no client is asked for the certificate that is to name it: every client gets CONNACK 4',
      remedy: { text, ...(one.cafile !== undefined && { edits: [addToListener(one, text)] }) },
    }
  }
  if (
    version !== 2 &&
    version !== 'invalid' &&
    one.certfile === undefined &&
    identity.value &&
    requireCertificate.value
  ) {
    yield {
      kind: 'own-identity-not-asked',
      at: identity.span ?? one.span,
      message:
        'without TLS there is no certificate that could name a client, and require_certificate insists on one: every client gets CONNACK 4',
      remedy: { text: 'enable_proxy_protocol 2 with send-proxy-v2-ssl-cn, or certfile and keyfile' },
    }
  }
  if (version === undefined && requireTls.value && requireTls.span !== undefined) {
    const text = 'enable_proxy_protocol 2'
    yield {
      kind: 'require-tls-ignored',
      at: requireTls.span,
      message: 'proxy_protocol_v2_require_tls does nothing without enable_proxy_protocol 2: plaintext is accepted',
      remedy: { text, edits: [addToListener(one, text)] },
    }
  }
}

/** Nobody can log in. `said`: of another listener of these files already, which the same lines make so. */
export function* loginFaults(view: MosquittoView, one: MosquittoListener, said: boolean): Generator<ListenerFault> {
  const { allowAnonymous, passwordFile, plugins, settings, requireCertificate } = one
  // With a word that is neither true nor false it does not start, which is said elsewhere.
  if (view.settings.some((one) => one.span === allowAnonymous.span && valueFault(one) !== undefined)) return
  if (plugins.length > 0) return
  const identity = one.useIdentityAsUsername
  const named = versionOf(one) === 2 && identity.value && requireCertificate.value
  if (named && identity.span !== undefined && passwordFile !== undefined) {
    yield {
      kind: 'cn-is-no-login',
      at: identity.span,
      message: 'with a password_file in scope the CN authenticates nobody: every client gets CONNACK 5',
      related: [{ span: passwordFile.span, message: 'a password_file in scope' }],
      remedy: { text: 'no password_file for this listener' },
    }
    return
  }
  if (allowAnonymous.value || passwordFile !== undefined) return
  if (named && identity.span !== undefined) {
    const text = 'listener_allow_anonymous true'
    yield {
      kind: 'cn-is-no-login',
      at: identity.span,
      message: 'the CN alone authenticates nobody: without allow_anonymous true every client gets CONNACK 5',
      remedy: { text, edits: [addToListener(one, text)], opensAccess: true },
    }
    return
  }
  if (settings.has('psk_hint') || view.global.has('psk_file')) return
  const byCertificate = identity.value || one.useSubjectAsUsername.value
  if (one.certfile !== undefined && requireCertificate.value && byCertificate) return
  if (said && !view.perListenerSettings && allowAnonymous.span === undefined) return
  yield refusesEverybody(one)
}

function refusesEverybody(one: MosquittoListener): ListenerFault {
  const { span } = one.allowAnonymous
  const message = `the Mosquitto listener ${formatEndpoint(one.endpoint)} refuses every client: no password_file, no plugin, and no allow_anonymous true`
  const text = 'allow_anonymous true, or a password_file'
  if (span !== undefined) {
    // Somebody who wrote "false" has to decide for himself.
    const related = [{ span, message: 'anonymous clients are refused here' }]
    return { kind: 'no-login', at: one.span, message, related, remedy: { text } }
  }
  const edits = [addToListener(one, 'allow_anonymous true')]
  return { kind: 'no-login', at: one.span, message, remedy: { text, edits, opensAccess: true } }
}
