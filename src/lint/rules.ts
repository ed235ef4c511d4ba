import type { Rule } from './rule.js'
import { pragma } from './rules/mp001-pragma.js'
import { syntax } from './rules/mp002-syntax.js'
import { notHere } from './rules/mp003-not-here.js'
import { keywordOfAnotherRelease } from './rules/mp004-keyword-of-another-release.js'
import { notRead } from './rules/mp005-not-read.js'
import { noBackend } from './rules/mp101-no-backend.js'
import { missingTimeouts } from './rules/mp102-missing-timeouts.js'
import { timeoutVsKeepalive } from './rules/mp103-timeout-vs-keepalive.js'
import { certificateWithoutKey } from './rules/mp104-certificate-without-key.js'
import { modeHttp } from './rules/mp105-mode-http.js'
import { optionsWithoutV2 } from './rules/mp106-options-without-v2.js'
import { independentStreams } from './rules/mp107-independent-streams.js'
import { noTrafficLog } from './rules/mp108-no-traffic-log.js'
import { hardStopAfterShort } from './rules/mp109-hard-stop-after-short.js'
import { shutdownSessionsRisk } from './rules/mp110-shutdown-sessions-risk.js'
import { acceptProxyExposed } from './rules/mp111-accept-proxy-exposed.js'
import { unknownBackend } from './rules/mp112-unknown-backend.js'
import { proxyLoop } from './rules/mp113-proxy-loop.js'
import { serversDisabled } from './rules/mp114-servers-disabled.js'
import { bytesNotAwaited } from './rules/mp115-bytes-not-awaited.js'
import { helloAfterTls } from './rules/mp116-hello-after-tls.js'
import { caForCertificate } from './rules/mp117-ca-for-certificate.js'
import { reconnectStorm } from './rules/mp118-reconnect-storm.js'
import { tooFewPorts } from './rules/mp119-too-few-ports.js'
import { tooFewDescriptors } from './rules/mp120-too-few-descriptors.js'
import { unknownOption } from './rules/mp201-unknown-option.js'
import { tlsListenerWithProxy } from './rules/mp202-tls-listener-with-proxy.js'
import { v1IgnoresTls } from './rules/mp203-v1-ignores-tls.js'
import { identityNeedsAnonymous } from './rules/mp204-identity-needs-anonymous.js'
import { identityNeedsCertificate } from './rules/mp205-identity-needs-certificate.js'
import { requireTlsWithoutEnable } from './rules/mp206-require-tls-without-enable.js'
import { vernemqFlag } from './rules/mp207-vernemq-flag.js'
import { vernemqCnOption } from './rules/mp208-vernemq-cn-option.js'
import { nobodyCanEnter } from './rules/mp209-nobody-can-enter.js'
import { vernemqListener } from './rules/mp210-vernemq-listener.js'
import { portMismatch } from './rules/mp401-port-mismatch.js'
import { headerOnOneSide } from './rules/mp402-header-on-one-side.js'
import { versionMismatch } from './rules/mp403-version-mismatch.js'
import { tlsFactsNotSent } from './rules/mp404-tls-facts-not-sent.js'
import { cnNotSent } from './rules/mp405-cn-not-sent.js'
import { checkSendsLocal } from './rules/mp406-check-sends-local.js'
import { exposedListener } from './rules/mp407-exposed-listener.js'
import { unixBind } from './rules/mp408-unix-bind.js'
import { requireTlsBypass } from './rules/mp409-require-tls-bypass.js'
import { unverifiedCn } from './rules/mp410-unverified-cn.js'
import { portClash } from './rules/mp411-port-clash.js'
import { chainHeader } from './rules/mp412-chain-header.js'
import { headerTooLarge } from './rules/mp413-header-too-large.js'
import { checkCannotSeeMqtt } from './rules/mp414-check-cannot-see-mqtt.js'
import { checkWithoutHeader } from './rules/mp415-check-without-header.js'
import { brokerWithoutProxy } from './rules/mp416-broker-without-proxy.js'
import { certificateNotAsked } from './rules/mp417-certificate-not-asked.js'
import { certificateOptional } from './rules/mp418-certificate-optional.js'
import { tlsLayer } from './rules/mp419-tls-layer.js'
import { chainLosesTlsFacts } from './rules/mp420-chain-loses-tls-facts.js'
import { cnNeverTaken } from './rules/mp421-cn-never-taken.js'
import { checkNeverUp } from './rules/mp430-check-never-up.js'
import { checkProvesNothing } from './rules/mp431-check-proves-nothing.js'
import { serverWithoutProxy } from './rules/mp434-server-without-proxy.js'
import { clientWithoutCn } from './rules/mp501-client-without-cn.js'
import { serverCertificate } from './rules/mp502-server-certificate.js'
import { clientAuthority } from './rules/mp503-client-authority.js'
import { keyMismatch } from './rules/mp504-key-mismatch.js'

/** Every rule, by code. */
export const lintRules: readonly Rule[] = [
  pragma,
  syntax,
  notHere,
  keywordOfAnotherRelease,
  notRead,
  noBackend,
  missingTimeouts,
  timeoutVsKeepalive,
  certificateWithoutKey,
  modeHttp,
  optionsWithoutV2,
  independentStreams,
  noTrafficLog,
  hardStopAfterShort,
  shutdownSessionsRisk,
  acceptProxyExposed,
  unknownBackend,
  proxyLoop,
  serversDisabled,
  bytesNotAwaited,
  helloAfterTls,
  caForCertificate,
  reconnectStorm,
  tooFewPorts,
  tooFewDescriptors,
  unknownOption,
  tlsListenerWithProxy,
  v1IgnoresTls,
  identityNeedsAnonymous,
  identityNeedsCertificate,
  requireTlsWithoutEnable,
  vernemqFlag,
  vernemqCnOption,
  nobodyCanEnter,
  vernemqListener,
  portMismatch,
  headerOnOneSide,
  versionMismatch,
  tlsFactsNotSent,
  cnNotSent,
  checkSendsLocal,
  exposedListener,
  unixBind,
  requireTlsBypass,
  unverifiedCn,
  portClash,
  chainHeader,
  headerTooLarge,
  checkCannotSeeMqtt,
  checkWithoutHeader,
  brokerWithoutProxy,
  certificateNotAsked,
  certificateOptional,
  tlsLayer,
  chainLosesTlsFacts,
  cnNeverTaken,
  checkNeverUp,
  checkProvesNothing,
  serverWithoutProxy,
  clientWithoutCn,
  serverCertificate,
  clientAuthority,
  keyMismatch,
]

export function findRule(code: string): Rule | undefined {
  return lintRules.find((one) => one.code === code.toUpperCase() || one.name === code.toLowerCase())
}
