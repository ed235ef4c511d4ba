import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clearEvidence, writeEvidenceFiles } from '../../../src/host/sandbox/evidence.js'

let folder: string
const marks = ['result.json', 'repro.sh']

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-evidence-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function evidence(): Promise<void> {
  await writeEvidenceFiles(folder, [{ name: 'failed.txt', data: 'tcp/connect-5.0\n' }])
  await writeEvidenceFiles(join(folder, 'tcp-connect-5.0'), [
    { name: 'result.json', data: '{}' },
    { name: 'repro.sh', data: '', executable: true },
    { name: 'again/failed.txt', data: '' },
  ])
}

describe('clearEvidence', () => {
  it("leaves everything that is not evidence of ours where it is, in a folder that was the user's before", async () => {
    await writeFile(join(folder, 'precious.txt'), 'precious')
    await mkdir(join(folder, 'src'))
    await mkdir(join(folder, 'half'))
    await writeFile(join(folder, 'half', 'result.json'), '{}')
    await evidence()
    await symlink(join(folder, 'tcp-connect-5.0'), join(folder, 'link'))
    await clearEvidence(folder, 'failed.txt', marks)
    expect((await readdir(folder)).sort()).toEqual(['half', 'link', 'precious.txt', 'src'])
  })

  it('takes the folder away when nothing is left in it', async () => {
    await evidence()
    await clearEvidence(folder, 'failed.txt', marks)
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('touches nothing without its list, and is content with a folder that is not there', async () => {
    await evidence()
    await rm(join(folder, 'failed.txt'))
    await clearEvidence(folder, 'failed.txt', marks)
    expect(await readdir(folder)).toEqual(['tcp-connect-5.0'])
    await clearEvidence(join(folder, 'nowhere'), 'failed.txt', marks)
  })
})

describe('writeEvidenceFiles', () => {
  it('writes for the owner only: configurations may hold passwords', async () => {
    await evidence()
    const at = join(folder, 'tcp-connect-5.0')
    const modes = await Promise.all([at, join(at, 'result.json'), join(at, 'repro.sh')].map((path) => stat(path)))
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '600', '700'])
  })
})
