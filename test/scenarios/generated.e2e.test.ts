import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { testMosquittoConfig } from '../../src/host/brokers/mosquitto.js'
import { makeCertificates } from '../../src/host/files/certificates.js'
import { writeWhole } from '../../src/host/files/generated-files.js'
import { makeWorkdir } from '../../src/host/files/workdir.js'
import { checkHaproxyConfig } from '../../src/host/haproxy/haproxy.js'
import { endAll } from '../../src/host/process/lifetime.js'
import { findProgram } from '../../src/host/process/programs.js'
import { filesOf, planCertificates } from '../../src/scenarios/certificates.js'
import { committedFiles } from '../../src/scenarios/committed.js'
import { derive } from '../../src/scenarios/derive.js'
import { scenarios } from '../../src/scenarios/table.js'
import { genHaproxy } from '../../src/stories/gen/pair.js'

const oldest = await findProgram('haproxy', { chosen: '2.6' })
const current = await findProgram('haproxy', { chosen: '3.2' })
const mosquitto = await findProgram('mosquitto', { chosen: '2.1' })
const folder = await makeWorkdir('gen')
const certs = join(folder.path, 'certs')
for (const file of filesOf(await makeCertificates(planCertificates({ now: new Date() })))) {
  await writeWhole({ ...file, path: join(certs, file.path) })
}
afterAll(endAll)

describe.each([
  ['2.6', oldest.program],
  ['3.2', current.program],
])('HAProxy %s', (_, program) => {
  it('accepts every committed file, without a warning', async () => {
    for (const [path, text] of committedFiles()) {
      if (!path.endsWith('.cfg')) continue
      // Beside the certificates, since paths in the file start where it lies.
      const file = join(folder.path, 'committed.cfg')
      await writeWhole({ path: file, text })
      const verdict = await checkHaproxyConfig(program, [file], { cwd: '/' })
      expect(verdict, path).toMatchObject({ ok: true, messages: [] })
    }
  })

  it('accepts every transport, address family, TLS profile and timeout of every scenario', async () => {
    for (const scenario of scenarios) {
      for (const transport of scenario.transports) {
        const tls = scenario.client === 'as-is' ? {} : { tlsProfile: 'modern' as const }
        for (const ip of [4, 6] as const) {
          for (const { name, text } of derive(scenario, { transport, ip, ...tls, keepalive: 0, annotate: false })
            .haproxy) {
            const file = join(folder.path, name)
            await writeWhole({ path: file, text })
            const verdict = await checkHaproxyConfig(program, [file])
            expect(verdict, `${scenario.id} ${transport} ip${ip} ${name}`).toMatchObject({ ok: true, messages: [] })
          }
        }
      }
    }
  })
})

describe('gen --check', () => {
  it('asks HAProxy about what it wrote, with certificates of the moment where there are none', async () => {
    const output = { output: '-', force: false, dryRun: false, diff: false, check: true, haproxy: current.program }
    const result = await genHaproxy('proxy-mtls', {}, undefined, output)
    expect(result.verdicts).toEqual([
      { file: 'haproxy.cfg', status: 'accepted', by: expect.stringMatching(/^haproxy 3\.2/), messages: [] },
    ])
  })

  it('is not ok when HAProxy refuses, and says what HAProxy said', async () => {
    const output = { output: '-', force: false, dryRun: false, diff: false, check: true, haproxy: current.program }
    const result = await genHaproxy('proxy-mtls', { certs: '/nonexistent' }, undefined, output)
    expect(result.ok).toBe(false)
    expect(result.verdicts[0]?.messages.join('\n')).toContain('/nonexistent')
  })
})

describe('Mosquitto 2.1', () => {
  it('accepts every file, of every transport and address family, and on a socket', async () => {
    for (const scenario of scenarios) {
      const sockets = scenario.topology === 'sticky' ? [undefined] : [undefined, join(folder.path, 's')]
      for (const transport of scenario.transports) {
        for (const ip of [4, 6] as const) {
          for (const socket of transport === 'tls' || transport === 'wss' ? [undefined] : sockets) {
            const { brokers } = derive(scenario, { transport, ip, ...(socket && { socket }) })
            for (const { files } of brokers) {
              const [file] = files
              if (file === undefined) throw new Error('no file')
              const path = join(folder.path, file.name)
              await writeWhole({ path, text: file.text })
              await expect(
                testMosquittoConfig(mosquitto.program, path),
                `${scenario.id} ${transport}`,
              ).resolves.toBeUndefined()
            }
          }
        }
      }
    }
  })
})
