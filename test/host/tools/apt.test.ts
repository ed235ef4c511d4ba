import { describe, expect, it } from 'vitest'
import { mainArchive } from '../../../src/host/tools/apt-source.js'
import { parseUris } from '../../../src/host/tools/apt-tree.js'
import { parseRelease } from '../../../src/host/tools/catalogue.js'
import { upstreamVersion } from '../../../src/host/tools/install.js'
import { offers } from '../../../src/host/tools/packages.js'

describe('mainArchive', () => {
  it('is the archive with the main component, not the one for security or updates', () => {
    const targets = [
      'http://mirror.example/debian-security/|bookworm-security|main|Packages',
      'http://mirror.example/debian/|bookworm-updates|main|Packages',
      'http://mirror.example/debian/|bookworm|main|Translations',
      'http://mirror.example/debian/|bookworm|main|Packages',
      'http://vendor.example/|nodistro|contrib|Packages',
    ].join('\n')
    expect(mainArchive(targets)).toEqual({ uri: 'http://mirror.example/debian/', suites: ['bookworm'] })
  })

  it('is none when apt has no sources', () => {
    expect(mainArchive('\n')).toBeUndefined()
  })
})

describe('parseUris', () => {
  it('reads name, version with epoch, size and checksum, and nothing else apt says', () => {
    const sha256 = 'e1'.repeat(32)
    const text = [
      'Reading package lists...',
      `'http://mirror.example/debian/pool/main/a/audit/libaudit1_4.1.2-1%2bb2_amd64.deb' libaudit1_1%3a4.1.2-1+b2_amd64.deb 56000 SHA256:${sha256}`,
      "'http://mirror.example/x.deb' x_1_all.deb 10 MD5Sum:05116406b8e011ae9f2130e5ae28a192",
    ].join('\n')
    expect(parseUris(text)).toEqual([
      { name: 'libaudit1', version: '1:4.1.2-1+b2', file: 'libaudit1_1%3a4.1.2-1+b2_amd64.deb', bytes: 56000, sha256 },
    ])
  })
})

describe('offers', () => {
  it.each([
    ['3.2.26-1', true],
    ['1:3.2.26-1+b1', true],
    ['3.2-1', true],
    ['3.20.1-1', false],
    ['2.6.12-1+deb12u3', false],
  ])('haproxy@3.2 is offered by %s: %s', (version, expected) => {
    expect(offers(parseRelease('haproxy@3.2'), version)).toBe(expected)
  })

  it('cuts the packaging off a version', () => {
    expect(upstreamVersion('2.6.12-1+deb12u3')).toBe('2.6.12')
    expect(upstreamVersion('1:4.5.2+20251210-1')).toBe('4.5.2')
  })
})
