import { isAbsolute, join } from 'node:path'
import { makeCertificates } from '../../host/files/certificates.js'
import { writeWhole } from '../../host/files/generated-files.js'
import { makeWorkdir } from '../../host/files/workdir.js'
import { checkHaproxyConfig, haproxyFacts } from '../../host/haproxy/haproxy.js'
import { findProgram, lookForProgram } from '../../host/process/programs.js'
import { filesOf, planCertificates } from '../../scenarios/certificates.js'
import type { Derived, HaproxyFile } from '../../scenarios/derived.js'
import type { FileVerdict } from '../../scenarios/generated.js'

/**
 * Asks HAProxy about a generated file, in a folder of its own with certificates of the moment.
 * @throws Fault MP-NO-PROGRAM (exit 3)
 */
export async function haproxyVerdict(derived: Derived, file: HaproxyFile, chosen?: string): Promise<FileVerdict> {
  const { program } = await findProgram('haproxy', chosen === undefined ? {} : { chosen })
  const folder = await makeWorkdir('gen')
  try {
    const { certs } = derived.options
    const inside = !isAbsolute(certs) && !certs.split('/').includes('..')
    if (derived.certificates.haproxy && inside) {
      const set = await makeCertificates(planCertificates({ now: new Date() }))
      for (const one of filesOf(set)) await writeWhole({ ...one, path: join(folder.path, certs, one.path) })
    }
    const path = join(folder.path, file.name)
    await writeWhole({ path, text: file.text })
    return await verdictOf(program, file.name, path)
  } finally {
    await folder.remove()
  }
}

/** Asks HAProxy about a file where it lies; "not checked" when there is no HAProxy. */
export async function verdictInPlace(name: string, path: string, chosen?: string): Promise<FileVerdict> {
  const found = await lookForProgram('haproxy', chosen === undefined ? {} : { chosen })
  if (found === undefined) {
    return {
      file: name,
      status: 'not checked',
      messages: ['no haproxy found; mqtt-proxy tools install haproxy gets one'],
    }
  }
  return await verdictOf(found.program, name, path)
}

async function verdictOf(program: string, name: string, path: string): Promise<FileVerdict> {
  const [facts, verdict] = await Promise.all([haproxyFacts(program), checkHaproxyConfig(program, [path])])
  return {
    file: name,
    status: verdict.ok ? 'accepted' : 'refused',
    by: `haproxy ${facts.version}`,
    messages: verdict.ok ? [] : verdict.output,
  }
}
