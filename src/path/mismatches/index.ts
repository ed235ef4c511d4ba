import type { Listener } from '../../brokers/listener.js'
import type { Ground } from '../ground.js'
import type { FoundMismatch, Judge, Mismatch, MismatchKind } from '../mismatch.js'
import type { ConnectionPath } from '../model.js'
import { tooFewDescriptors, tooFewPorts } from './capacity.js'
import { chainLosesTlsFacts, headerBeforeTls, headerTwice, hopWantsHeader } from './chain.js'
import { helloAfterTls } from './client-hello.js'
import { headerNotRead, headerNotSent, headerTooLarge, headerVersion, headerWithoutAddress } from './header.js'
import { checkNeverUp, checkProvesNothing, checkSendsLocal, checkWithoutHeader } from './health.js'
import { bytesNotAwaited } from './inspection.js'
import {
  cnIsNoLogin,
  identityIgnored,
  listenerCannotBe,
  noLogin,
  ownIdentityNotAsked,
  requireTlsIgnored,
  v1IgnoresTls,
} from './listener-faults.js'
import { exposedListener, nowhere, portClash } from './place.js'
import { loop, modeHttp, noRoute, serversDisabled } from './route.js'
import {
  certificateNotAsked,
  certificateOptional,
  cnNeverTaken,
  cnNotSent,
  requireTlsBypass,
  tlsFactsNotSent,
  unverifiedCn,
} from './tls-facts.js'
import { plainToTls, tlsToPlain } from './tls-layer.js'

/** Every kind of mismatch. A new one is a row here and in `MismatchKind`; the compiler names what is missing. */
export const judges: Readonly<Record<MismatchKind, Judge>> = {
  'header-not-sent': headerNotSent,
  'header-not-read': headerNotRead,
  'header-version': headerVersion,
  'header-twice': headerTwice,
  'hop-wants-header': hopWantsHeader,
  'header-before-tls': headerBeforeTls,
  'header-too-large': headerTooLarge,
  'header-without-address': headerWithoutAddress,
  'tls-facts-not-sent': tlsFactsNotSent,
  'cn-not-sent': cnNotSent,
  'chain-loses-tls-facts': chainLosesTlsFacts,
  'cn-never-taken': cnNeverTaken,
  'certificate-not-asked': certificateNotAsked,
  'certificate-optional': certificateOptional,
  'plain-to-tls': plainToTls,
  'tls-to-plain': tlsToPlain,
  'require-tls-bypass': requireTlsBypass,
  'unverified-cn': unverifiedCn,
  'listener-cannot-be': listenerCannotBe,
  nowhere,
  'no-route': noRoute,
  'servers-disabled': serversDisabled,
  loop,
  'mode-http': modeHttp,
  'port-clash': portClash,
  'exposed-listener': exposedListener,
  'cn-is-no-login': cnIsNoLogin,
  'no-login': noLogin,
  'v1-ignores-tls': v1IgnoresTls,
  'identity-ignored': identityIgnored,
  'own-identity-not-asked': ownIdentityNotAsked,
  'require-tls-ignored': requireTlsIgnored,
  'hello-after-tls': helloAfterTls,
  'bytes-not-awaited': bytesNotAwaited,
  'too-few-ports': tooFewPorts,
  'too-few-descriptors': tooFewDescriptors,
  'check-sends-local': checkSendsLocal,
  'check-without-header': checkWithoutHeader,
  'check-never-up': checkNeverUp,
  'check-proves-nothing': checkProvesNothing,
}

/** Everything that does not fit in a set of files. */
export interface Judged {
  readonly mismatches: readonly Mismatch[]
  /** Whether a way can work at all: where not, nothing else is advised on it. */
  readonly usable: (path: ConnectionPath) => boolean
}

/**
 * All mismatches, one for each way that has it. On a way (or at a listener) that one of them makes unusable, nothing else
 * is said: a remedy there would change nothing.
 */
export function judge(ground: Ground): Judged {
  const all = Object.entries(judges).flatMap(([name, judge]) =>
    [...judge.find(ground)].map((found): Mismatch => {
      return { ...found, kind: name as MismatchKind, evidence: judge.evidence, unusable: judge.unusable === true }
    }),
  )
  const paths = new Set<ConnectionPath>()
  const listeners = new Set<Listener>()
  for (const one of all) {
    if (!one.unusable) continue
    for (const path of pathsOf(one)) paths.add(path)
    if (one.listener !== undefined) listeners.add(one.listener)
  }
  const usable = (path: ConnectionPath) =>
    !paths.has(path) && !(path.end.kind === 'listener' && listeners.has(path.end.listener))
  const spoilt = (one: FoundMismatch) =>
    !pathsOf(one).every(usable) || (one.listener !== undefined && listeners.has(one.listener))
  return { mismatches: all.filter((one) => one.unusable || !spoilt(one)), usable }
}

function pathsOf({ path, paths = [] }: FoundMismatch): readonly ConnectionPath[] {
  return path === undefined ? paths : [path, ...paths]
}
