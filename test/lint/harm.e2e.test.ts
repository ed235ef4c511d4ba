import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkHaproxyConfig } from '../../src/host/haproxy/haproxy.js'
import { findProgram } from '../../src/host/process/programs.js'
import { runProgram } from '../../src/host/process/run-program.js'
import { fixAll } from '../../src/lint/fix.js'
import { lintRules } from '../../src/lint/rules.js'
import { mqttProxy } from '../cli.js'
import { type Certificates, type Fixture, fixtureCertificates, folder, lintFixture, parseFixture } from './fixture.js'

/** Their harm is that HAProxy refuses the file, over what `check` would replace. */
const byHaproxyItself = ['MP004', 'MP104', 'MP117', 'MP504']
/** `check` asks the version first and does not even start. */
const byOldMosquitto = ['MP416']

let work: string
let certificates: Certificates

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'mqtt-proxy-harm-'))
  certificates = await fixtureCertificates()
})

afterAll(async () => {
  await rm(work, { recursive: true, force: true })
})

/** The whole pair that shows the harm: `harm.txt`, or `fires.txt` where that is a pair already. */
async function pairOf(code: string): Promise<Fixture> {
  const names = await readdir(join(folder, code))
  const name = names.includes('harm.txt') ? 'harm.txt' : 'fires.txt'
  return parseFixture(`${code}/${name}`, await readFile(join(folder, code, name), 'utf8'))
}

async function written(name: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const paths: string[] = []
  for (const [file, text] of files) {
    const path = join(work, name, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, certificates(text))
    paths.push(path)
  }
  return paths
}

/** What files mean whose demand does nothing: by themselves they are a sound pair that demands less. */
const meant: Readonly<Record<string, readonly string[]>> = { MP206: ['proxy-tls'] }

/** Runs `check` on the pair with the real HAProxy and the real broker; up to the first failure. */
async function check(paths: readonly string[], scenario: readonly string[] = []) {
  // The runs go side by side: each has evidence of its own.
  const artifacts = join(dirname(paths[0] ?? work), 'artifacts')
  const files = paths.flatMap((path) => [path.endsWith('.cfg') ? '--haproxy-config' : '--broker-config', path])
  // The broker is the one whose file it is.
  const broker = paths.some((path) => path.endsWith('rabbitmq.conf')) ? 'rabbitmq' : 'mosquitto'
  const args = ['check', ...scenario, ...files, '--broker', broker, '--bail', '--artifacts', artifacts]
  const { code, stdout, stderr } = await mqttProxy([...args, '--json'])
  if (code !== 0 && code !== 1) throw new Error(`check ended ${code}: ${stdout}${stderr}`)
  return code
}

const proven = lintRules.filter((one) => one.severity === 'error' && one.unproven === undefined)

describe('an error that lint reports is one that check runs into', () => {
  const codes = proven.map((one) => one.code).filter((code) => ![...byHaproxyItself, ...byOldMosquitto].includes(code))

  // Most of the time is spent waiting for what never answers.
  it.concurrent.each(codes)('%s', async (code) => {
    const fixture = await pairOf(code)
    expect(lintFixture(fixture, certificates).map((one) => one.code)).toContain(code)
    expect(await check(await written(code, fixture.files), meant[code])).toBe(1)
  })

  it.each(byHaproxyItself)('%s: HAProxy refuses the file', async (code) => {
    const fixture = await pairOf(code)
    const paths = await written(code, fixture.files)
    const { program } = await findProgram('haproxy')
    const config = paths.filter((path) => path.endsWith('haproxy.cfg'))
    expect((await checkHaproxyConfig(program, config, { cwd: join(work, code) })).ok).toBe(false)
  })
})

describe('a broker that is too old', () => {
  it.each(byOldMosquitto)('%s: Mosquitto 2.0 does not start', async (code) => {
    const paths = await written(code, (await pairOf(code)).files)
    const { program } = await findProgram('mosquitto', { chosen: '2.0' })
    const { code: exit, stdout, stderr } = await runProgram(program, ['-c', paths[0] ?? ''])
    expect(exit).not.toBe(0)
    expect(`${stdout}${stderr}`).toContain('Unknown configuration variable "enable_proxy_protocol"')
  })
})

describe('what the documents print passes check once lint --fix has been over it', () => {
  it.concurrent.each(['mosquitto-2', 'mosquitto-4', 'mosquitto-7'])('%s', async (name) => {
    const names = await readdir(join(folder, 'documents'))
    expect(names).toContain(`${name}.txt`)
    const fixture = parseFixture(name, await readFile(join(folder, 'documents', `${name}.txt`), 'utf8'))
    const fixed = new Map([
      ...fixture.files,
      ...fixAll(fixture.files, (now) => lintFixture(fixture, certificates, now)).texts,
    ])
    const opened = fixAll(fixed, (now) => lintFixture(fixture, certificates, now, ['MP204', 'MP209']))
    expect(await check(await written(name, new Map([...fixed, ...opened.texts])))).toBe(0)
  })
})
