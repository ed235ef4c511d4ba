import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'

export type ToolName = 'haproxy' | 'mosquitto' | 'rabbitmq' | 'nginx' | 'chromium' | 'tshark' | 'prometheus'

/** A program we can fetch, at one release line, and the Debian suites that carry it. */
export interface Release {
  readonly tool: ToolName
  /** Release line: `3.2`; `latest` is whatever a suite carries. */
  readonly line: string
  /** Tried in this order until one offers that line; `experimental` brings `sid` along for what it depends on. */
  readonly suites: readonly string[]
}

interface Tool {
  readonly package: string
  /** Programs inside the package, the main one first; paths from the root of the prefix. */
  readonly programs: readonly string[]
  /** Asks the main program for its version. */
  readonly versionArgs: readonly string[]
  /** Newest verified first; the first is what a bare name means. */
  readonly releases: readonly Release[]
  /** For hosts where we cannot fetch it: how to install it there. */
  readonly elsewhere: readonly string[]
}

const container = (image: string) => `container: docker run --rm --network host ${image}`

export const TOOLS: Readonly<Record<ToolName, Tool>> = {
  haproxy: {
    package: 'haproxy',
    programs: ['usr/sbin/haproxy'],
    versionArgs: ['-v'],
    releases: [
      { tool: 'haproxy', line: '3.2', suites: ['forky', 'sid'] },
      { tool: 'haproxy', line: '3.4', suites: ['experimental'] },
      { tool: 'haproxy', line: '3.0', suites: ['trixie'] },
      { tool: 'haproxy', line: '2.6', suites: ['bookworm'] },
    ],
    elsewhere: [
      'apt:  sudo apt-get install haproxy',
      'dnf:  sudo dnf install haproxy',
      'apk:  sudo apk add haproxy',
      'brew: brew install haproxy',
      container('haproxy:3.2'),
    ],
  },
  mosquitto: {
    package: 'mosquitto',
    programs: ['usr/sbin/mosquitto', 'usr/bin/mosquitto_passwd'],
    versionArgs: ['-h'],
    releases: [
      { tool: 'mosquitto', line: '2.1', suites: ['forky', 'sid'] },
      { tool: 'mosquitto', line: '2.0', suites: ['trixie', 'bookworm'] },
    ],
    elsewhere: [
      'apt:  sudo apt-get install mosquitto   (2.1 or newer is needed for the PROXY protocol)',
      'dnf:  sudo dnf install mosquitto',
      'apk:  sudo apk add mosquitto',
      'brew: brew install mosquitto',
      container('eclipse-mosquitto:2.1'),
    ],
  },
  rabbitmq: {
    package: 'rabbitmq-server',
    programs: ['usr/lib/rabbitmq/bin/rabbitmq-server'],
    versionArgs: [],
    releases: [
      { tool: 'rabbitmq', line: '4', suites: ['forky', 'sid'] },
      { tool: 'rabbitmq', line: '3.10', suites: ['bookworm'] },
    ],
    elsewhere: [
      'apt:  sudo apt-get install rabbitmq-server',
      'dnf:  sudo dnf install rabbitmq-server',
      'apk:  sudo apk add rabbitmq-server',
      'brew: brew install rabbitmq',
      container('rabbitmq:4-management'),
    ],
  },
  /** For the tests that probe an nginx stream proxy; its module brings the program along. No command needs it. */
  nginx: {
    package: 'libnginx-mod-stream',
    programs: ['usr/sbin/nginx'],
    versionArgs: ['-v'],
    releases: [{ tool: 'nginx', line: '1.22', suites: ['bookworm'] }],
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
    programs: ['usr/lib/chromium/chromium-headless-shell'],
    versionArgs: ['--version'],
    releases: [{ tool: 'chromium', line: 'latest', suites: ['trixie', 'bookworm'] }],
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
    programs: ['usr/bin/tshark'],
    versionArgs: ['-v'],
    releases: [{ tool: 'tshark', line: '4.0', suites: ['bookworm'] }],
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
    programs: ['usr/bin/prometheus', 'usr/bin/promtool'],
    versionArgs: ['--version'],
    releases: [{ tool: 'prometheus', line: '2.42', suites: ['bookworm'] }],
    elsewhere: [
      'apt:  sudo apt-get install prometheus',
      'dnf:  sudo dnf install golang-github-prometheus',
      'apk:  sudo apk add prometheus',
      'brew: brew install prometheus',
    ],
  },
}

/** Every release we know, as it is written on the command line: `haproxy@3.2`. */
export function knownReleases(): readonly Release[] {
  return Object.values(TOOLS).flatMap((tool) => tool.releases)
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
  const releases = TOOLS[name].releases
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
 * system already has to run at all. Their maintainer scripts would need root, and no program of ours loads them.
 */
const skipped =
  /^(adduser|base-files|base-passwd|bsdextrautils|cron.*|debconf.*|debianutils|dpkg|gawk|init-system-helpers|install-info|lib.*-perl|libdebconfclient0|libpam-.*|libperl.*|libpython3.*|libsemanage.*|libsepol.*|libsystemd-shared|login.*|logrotate|lsb-base|mawk|media-types|openssl|passwd|perl.*|procps|python3.*|readline-common|sensible-utils|socat|systemd.*|sysvinit-utils|tar|usrmerge|util-linux.*)$/

export function isSkipped(packageName: string): boolean {
  return skipped.test(packageName)
}
