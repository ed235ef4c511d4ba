import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { writeWhole } from '../../../src/host/files/generated-files.js'
import { makeFolders, replaceFile } from '../../../src/host/files/replace.js'
import { openReportFiles } from '../../../src/host/files/report-files.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { writeEvidenceFiles } from '../../../src/host/sandbox/evidence.js'

let folder: string
beforeEach(async () => {
  folder = (await makeWorkdir('test')).path
})
afterAll(endAll)

describe('replaceFile', () => {
  it('replaces a link, and leaves alone what it points to', async () => {
    const target = join(folder, 'precious')
    const link = join(folder, 'link')
    writeFileSync(target, 'precious')
    symlinkSync(target, link)
    await replaceFile(link, 'new')
    expect([readFileSync(target, 'utf8'), readFileSync(link, 'utf8')]).toEqual(['precious', 'new'])
    expect(lstatSync(link).isSymbolicLink()).toBe(false)
  })

  it('keeps the mode of a file that was there, unless it holds a secret', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, 'old')
    chmodSync(file, 0o640)
    await replaceFile(file, 'new')
    expect(statSync(file).mode & 0o777).toBe(0o640)
    await replaceFile(file, 'newer', { mode: 0o600, force: true })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('leaves nothing beside a file that cannot be written', async () => {
    mkdirSync(join(folder, 'taken'))
    await expect(replaceFile(join(folder, 'taken'), 'x')).rejects.toThrow(/directory|EISDIR|ENOTEMPTY|EEXIST/)
    expect(readdirSync(folder)).toEqual(['taken'])
  })

  it('writes to a pipe and to a device as they are', async () => {
    const pipe = join(folder, 'pipe')
    spawnSync('mkfifo', [pipe])
    const [, text] = await Promise.all([
      replaceFile(pipe, 'through'),
      import('node:fs/promises').then(({ readFile }) => readFile(pipe, 'utf8')),
    ])
    expect(text).toBe('through')
    await replaceFile('/dev/null', 'away')
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })
})

describe('folders', () => {
  it('are made by many at once', async () => {
    const made = Array.from({ length: 40 }, (_, n) =>
      writeWhole({ path: join(folder, 'a/b/c/d', `${n}`), text: `${n}` }),
    )
    await Promise.all(made)
    expect(readdirSync(join(folder, 'a/b/c/d'))).toHaveLength(40)
  })

  it('are refused where there can be none', async () => {
    await expect(makeFolders('/proc/x/y')).rejects.toThrow()
    writeFileSync(join(folder, 'file'), '')
    await expect(makeFolders(join(folder, 'file/x'))).rejects.toThrow()
  })
})

describe('a report of before', () => {
  it('is whole until the new one is', async () => {
    const report = join(folder, 'r.json')
    writeFileSync(report, 'old')
    const files = await openReportFiles([report])
    await files.write(report, 'new')
    await files.close()
    expect([readFileSync(report, 'utf8'), readdirSync(folder)]).toEqual(['new', ['r.json']])
  })

  // A file system of 64 kB, in a namespace of its own: full is really full.
  const mounts = spawnSync('unshare', ['-m', 'true']).status === 0
  it.runIf(mounts)('stays on a disk that is full', () => {
    const program = join(import.meta.dirname, '../../../bin/run.js')
    const script = [
      `mount -t tmpfs -o size=64k tmpfs ${folder}`,
      `echo '{"good":1}' > ${folder}/r.json`,
      `head -c 1000000 /dev/zero > ${folder}/fill 2>/dev/null`,
      `TMPDIR=/tmp ${process.execPath} ${program} lint ${join(import.meta.dirname, '../../../haproxy-configs/tcp/haproxy.cfg')} --reporter json=${folder}/r.json >/dev/null 2>&1`,
      'code=$?',
      `cat ${folder}/r.json; ls ${folder}; exit $code`,
    ].join('\n')
    const { status, stdout } = spawnSync('unshare', ['-m', 'sh', '-c', script], { encoding: 'utf8' })
    expect([status, stdout]).toEqual([3, '{"good":1}\nfill\nr.json\n'])
  })
})

describe('evidence', () => {
  it('is not written through a link', async () => {
    const elsewhere = join(folder, 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(folder, 'case'))
    await expect(writeEvidenceFiles(join(folder, 'case'), [{ name: 'a', data: 'x' }])).rejects.toThrow(/is a link/)
    expect(readdirSync(elsewhere)).toEqual([])
    const precious = join(folder, 'precious')
    writeFileSync(precious, 'precious')
    mkdirSync(join(folder, 'sound'))
    symlinkSync(precious, join(folder, 'sound/haproxy.cfg'))
    await writeEvidenceFiles(join(folder, 'sound'), [{ name: 'haproxy.cfg', data: 'new' }])
    expect(readFileSync(precious, 'utf8')).toBe('precious')
    expect(existsSync(join(folder, 'sound/haproxy.cfg'))).toBe(true)
  })
})
