/// <reference types="node" preserve="true" />

export { conformanceCases, selectCases } from './conformance/catalogue.js'
export { type CaseObservation, judgeConformance } from './conformance/judge.js'
export type { ConformanceCase, Outcome } from './conformance/types.js'
export { makeCertificates } from './host/files/certificates.js'
export type { BrokerServer } from './host/server/server.js'
export { Fault } from './kernel/errors.js'
export type { CaseGroup, CaseResult, Finding, RunResult, RunStats } from './kernel/result.js'
export type { LintInput } from './lint/model.js'
export type { Rule } from './lint/rule.js'
export { lintRules } from './lint/rules.js'
export { type LintChoice, lint } from './lint/run.js'
export { readWorkspace, type SourceFile, type Workspace } from './lint/workspace.js'
export type { ConnectionEvent } from './mqtt-server/connection-event.js'
export type { BrokerLimits, HeaderPolicy, ListenerOptions, TlsOptions } from './mqtt-server/options.js'
export * as proxyHeader from './proxy-header/index.js'
export {
  crc32c,
  Decoder,
  decode,
  defects,
  encode,
  explain,
  malform,
  recognise,
  TLV,
} from './proxy-header/index.js'
export type * from './proxy-header/types.js'
export type { CertificatePlan, CertificateSet } from './scenarios/certificates.js'
export { planCertificates } from './scenarios/certificates.js'
export { derive } from './scenarios/derive.js'
export type { Derived } from './scenarios/derived.js'
export { findScenario } from './scenarios/find.js'
export type { DeriveOptions } from './scenarios/options.js'
export { scenarios } from './scenarios/table.js'
export type { OutcomeRow, Scenario, ScenarioId } from './scenarios/types.js'
export { type BrokerListenerOptions, type BrokerOptions, startBroker } from './stories/broker/start-broker.js'
export { type CheckOptions, check } from './stories/check/library.js'
export type { ConformanceTarget } from './stories/conformance/conformance.js'
export { type ConformanceOptions, conformance } from './stories/conformance/library.js'
export { type ProbeOptions, probe } from './stories/probe/library.js'
export type { ProbeDocument } from './stories/probe/result.js'
export { type Stack, type StackOptions, type StackTls, startStack } from './stories/stack/stack.js'
