import { type PackagedKind, packagedPrograms } from '../../brokers/index.js'
import { fromContainer, type Packaged } from '../../brokers/packaged.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'

/** Programs that are not brokers; the program of a broker is in its row. */
type OtherTool = 'haproxy' | 'nginx' | 'chromium' | 'tshark' | 'prometheus'
export type ToolName = OtherTool | PackagedKind

/** A program we can fetch, at one release line, and the Debian suites that carry it. */
export interface Release {
  readonly tool: ToolName
  readonly line: string
  readonly suites: readonly string[]
}

interface Tool extends Packaged {
  /** Names a program of the user's own. */
  readonly variable: string
}

const others: Readonly<Record<OtherTool, Tool>> = {
  haproxy: {
    package: 'haproxy',
    fileName: 'haproxy',
    variable: 'HAPROXY_PROGRAM',
    programs: ['usr/sbin/haproxy'],
    versionArgs: ['-v'],
    releases: [
      { line: '3.2', suites: ['forky', 'sid'] },
      { line: '3.4', suites: ['experimental'] },
      { line: '3.0', suites: ['trixie'] },
      { line: '2.6', suites: ['bookworm'] },
    ],
    elsewhere: [
      'apt:  sudo apt-get install haproxy',
      'dnf:  sudo dnf install haproxy',
      'apk:  sudo apk add haproxy',
      'brew: brew install haproxy',
      fromContainer('haproxy:3.2'),
    ],
  },
  /** For the tests that probe an nginx stream proxy; its module brings the program along. No command needs it. */
  nginx: {
    package: 'libnginx-mod-stream',
    fileName: 'nginx',
    variable: 'NGINX_BIN',
    programs: ['usr/sbin/nginx'],
    versionArgs: ['-v'],
    releases: [{ line: '1.22', suites: ['bookworm'] }],
    elsewhere: [
      'apt:  sudo apt-get install nginx libnginx-mod-stream',
      'dnf:  sudo dnf install nginx nginx-mod-stream',
      'apk:  sudo apk add nginx nginx-mod-stream',
      'brew: brew install nginx',
    ],
  },
  /** For the tests that open the HTML report; no command needs it. */
  chromium: {
    package: 'chromium-headless-shell',
    fileName: 'chromium',
    variable: 'CHROMIUM_BIN',
    programs: ['usr/lib/chromium/chromium-headless-shell'],
    versionArgs: ['--version'],
    releases: [{ line: 'latest', suites: ['trixie', 'bookworm'] }],
    elsewhere: [
      'apt:  sudo apt-get install chromium',
      'dnf:  sudo dnf install chromium',
      'apk:  sudo apk add chromium',
      'brew: brew install --cask chromium',
    ],
  },
  /** For the tests that let Wireshark read the captures of tap; no command needs it. */
  tshark: {
    package: 'tshark',
    fileName: 'tshark',
    variable: 'TSHARK_BIN',
    programs: ['usr/bin/tshark'],
    versionArgs: ['-v'],
    releases: [{ line: '4.0', suites: ['bookworm'] }],
    elsewhere: [
      'apt:  sudo apt-get install tshark',
      'dnf:  sudo dnf install wireshark-cli',
      'apk:  sudo apk add tshark',
      'brew: brew install wireshark',
    ],
  },
  /** Its promtool checks what gen monitoring writes; the tests also let it scrape watch. */
  prometheus: {
    package: 'prometheus',
    fileName: 'prometheus',
    variable: 'PROMETHEUS_BIN',
    programs: ['usr/bin/prometheus', 'usr/bin/promtool'],
    versionArgs: ['--version'],
    releases: [{ line: '2.42', suites: ['bookworm'] }],
    elsewhere: [
      'apt:  sudo apt-get install prometheus',
      'dnf:  sudo dnf install golang-github-prometheus',
      'apk:  sudo apk add prometheus',
      'brew: brew install prometheus',
    ],
  },
}

export const TOOLS = allTools()

/** HAProxy, the brokers, and what only tests need. */
function allTools(): Readonly<Record<ToolName, Tool>> {
  const { haproxy, ...rest } = others
  const ofBrokers = Object.fromEntries(packagedPrograms.map(({ kind, program }) => [kind, program]))
  return { haproxy, ...(ofBrokers as Record<PackagedKind, Tool>), ...rest }
}

/** Every release we know, as it is written on the command line: `haproxy@3.2`. */
export function knownReleases(): readonly Release[] {
  return Object.keys(TOOLS).filter(isTool).flatMap(releasesOf)
}

/** Newest verified first. */
export function releasesOf(tool: ToolName): readonly Release[] {
  return TOOLS[tool].releases.map((one) => ({ tool, ...one }))
}

export function formatRelease(release: Release): string {
  return `${release.tool}@${release.line}`
}

/**
 * `haproxy`, `haproxy@3.2`, `haproxy@3.2.26` (the line decides: Debian keeps one release of each).
 * @throws Fault MP-TOOL (exit 2) for a name or version that is not known, with those that are
 */
export function parseRelease(text: string): Release {
  const [name = '', version] = text.split('@', 2)
  const known = knownReleases().map(formatRelease).join(', ')
  if (!isTool(name)) {
    const near = nearest(name, Object.keys(TOOLS))
    const hint = near === undefined ? [] : [`did you mean ${near}?`]
    throw new Fault('MP-TOOL', `there is no tool "${name}"`, { exit: EXIT.usage, hints: [...hint, `known: ${known}`] })
  }
  const releases = releasesOf(name)
  const release = releases.find(
    ({ line }) => version === undefined || version === line || version.startsWith(`${line}.`),
  )
  if (release !== undefined) return release
  const lines = releases.map(formatRelease).join(', ')
  throw new Fault('MP-TOOL', `${name} ${version} cannot be fetched here`, {
    exit: EXIT.usage,
    hints: [
      `known: ${lines}`,
      'a program of your own is named by --haproxy, HAPROXY_PROGRAM, --broker-bin or MOSQUITTO_BIN',
    ],
  })
}

export function isTool(name: string): name is ToolName {
  return Object.hasOwn(TOOLS, name)
}

/**
 * Packages that only serve the installation on a real system (users, services, configuration questions), or that a
 * system already has to run at all. Their maintainer scripts would need root, and none of our programs loads them.
 */
const skipped =
  /^(adduser|base-files|base-passwd|bsdextrautils|cron.*|debconf.*|debianutils|dpkg|gawk|init-system-helpers|install-info|lib.*-perl|libdebconfclient0|libpam-.*|libperl.*|libpython3.*|libsemanage.*|libsepol.*|libsystemd-shared|login.*|logrotate|lsb-base|mawk|media-types|openssl|passwd|perl.*|procps|python3.*|readline-common|sensible-utils|socat|systemd.*|sysvinit-utils|tar|usrmerge|util-linux.*)$/

export function isSkipped(packageName: string): boolean {
  return skipped.test(packageName)
}
