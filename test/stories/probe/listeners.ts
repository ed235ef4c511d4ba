import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificates } from '../../../src/host/files/certificates.js'
import { parseTarget } from '../../../src/kernel/target.js'
import type { CertificateSet } from '../../../src/scenarios/certificates.js'
import { clientPair, planCertificates } from '../../../src/scenarios/certificates.js'
import { type Probed, type ProbeRequest, type ProbeRun, probe } from '../../../src/stories/probe/probe.js'

/** A request with everything at its default, for these targets. */
export function requestFor(targets: readonly string[], more: Partial<ProbeRequest> = {}): ProbeRequest {
  return {
    targets: targets.map(parseTarget),
    behind: undefined,
    source: undefined,
    spoof: undefined,
    tls: {},
    localAddress: undefined,
    username: undefined,
    password: undefined,
    timeoutMs: 4000,
    silenceMs: undefined,
    idleSeconds: undefined,
    gentle: false,
    concurrency: 256,
    rate: 2000,
    now: Date.now(),
    ...more,
  }
}

export async function probeOne(target: string, more: Partial<ProbeRequest> = {}): Promise<Probed> {
  const run: ProbeRun = await probe(requestFor([target], more))
  const [one] = run.probed
  if (one === undefined) throw new Error('one target, one result')
  return one
}

export const codesOf = (one: Probed) => one.findings.map(({ code, severity }) => `${code} ${severity}`)

export interface Certificates extends CertificateSet {
  readonly client: { readonly cert: string; readonly key: string }
  /** Paths of the files in the folder. */
  readonly files: { readonly serverPem: string; readonly clientCa: string; readonly cert: string; readonly key: string }
}

export async function certificatesIn(folder: string): Promise<Certificates> {
  const set = await makeCertificates(planCertificates({ now: new Date(), days: 60 }))
  const write = (name: string, text: string) => {
    const file = join(folder, name)
    writeFileSync(file, text, { mode: 0o600 })
    return file
  }
  const files = {
    serverPem: write('server.pem', `${set.server.cert}${set.server.key}`),
    clientCa: write('client-ca.crt', set.clientCa),
    cert: write('server.crt', set.server.cert),
    key: write('server.key', set.server.key),
  }
  const client = clientPair(set, 'valid')
  if (client === undefined) throw new Error('the plan has a good client')
  return { ...set, client, files }
}
