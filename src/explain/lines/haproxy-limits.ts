import { type LineRow, next } from '../../brokers/log-lines.js'

/** Limits, ports, start and reload. */
export const haproxyProcessRows: readonly LineRow[] = [
  {
    pattern: /Cannot bind to source address before connect/i,
    example: 'Cannot bind to source address before connect() for backend mqtt.',
    meaning:
      'there is no source port left towards the server: the client is closed with SC, as if nothing listened there',
    causes: [
      'the range of "source ADDRESS:FROM-TO" on the server line is used up',
      'the address of "source" does not exist on this machine',
      'one source address has some 28,000 ports to one server address: use several source addresses, several server addresses, or a unix socket',
    ],
    next: ['sysctl net.ipv4.ip_local_port_range', 'ss -tn state established | wc -l', next.lintHaproxy],
  },
  {
    pattern: /(?:no free ports|Cannot assign requested address|EADDRNOTAVAIL)/i,
    example: 'Connect() failed for backend mqtt: no free ports.',
    meaning:
      'there is no local port left towards the server: the client is closed with SC, as if nothing listened there',
    causes: [
      'one source address has some 28,000 ports to one server address: use several "source" addresses, several server addresses, or a unix socket',
    ],
    next: ['sysctl net.ipv4.ip_local_port_range', 'ss -tn state established | wc -l'],
  },
  {
    pattern: /reached process FD limit|Cannot raise FD limit|FD limit .* too low/i,
    example: "Proxy mqtt reached process FD limit (maxsock=4025). Please check 'ulimit-n' and restart.",
    meaning: 'HAProxy has no file descriptor left: it takes no further client. Each session needs two',
    causes: [
      'maxconn in "global" is more than half of the limit of open files',
      'LimitNOFILE of the service is too low',
    ],
    next: ['systemctl show haproxy -p LimitNOFILE', next.lintHaproxy],
  },
  {
    pattern: /reached (?:process|system|configured) (?:memory|maxconn|FD) limit|reached maxconn/i,
    example: 'Proxy mqtt reached configured maxconn limit (2000). Please check maxconn and restart.',
    meaning: 'maxconn is reached: further clients wait in the queue of the kernel, and time out there',
    causes: [
      'maxconn of the frontend, or of "global" (which is computed from the limit of open files), is too low for MQTT: its sessions stay',
    ],
    next: [next.lintHaproxy],
  },
  {
    pattern: /cannot bind (?:socket|UNIX socket)/i,
    example:
      '[ALERT]    (4711) : Starting frontend mqtt: cannot bind socket (Address already in use) for [0.0.0.0:1883]',
    meaning: 'HAProxy cannot take the port',
    causes: (found) => [
      ...(/permission denied/i.test(found.input)
        ? ['"Permission denied": a port below 1024 without privileges']
        : /cannot assign/i.test(found.input)
          ? ['the address does not exist on this machine']
          : ['another program has it, mostly the broker itself on 1883, or an older HAProxy']),
    ],
    next: [next.ports],
  },
  {
    pattern: /hard-stop|killed by hard-stop-after|soft-stop running for too long/i,
    example: '[WARNING]  (4711) : soft-stop running for too long, performing a hard-stop.',
    meaning:
      'hard-stop-after ended what was left on the old process after a reload: its MQTT clients are cut and all come back at once',
    next: [next.lintHaproxy],
  },
  {
    pattern:
      /^(?:.*\s)?(?:Proxy|Stopping|Pausing) .* stopped \(cumulated conns|Former worker .* exited with code 0|Loading success|New worker .* forked|Reexecuting Master process/i,
    example: 'Proxy mqtt stopped (cumulated conns: FE: 9, BE: 0).',
    meaning: 'a reload or a stop: the old process takes no further client, and keeps its sessions until they end',
    normal: true,
  },
  {
    pattern: /Former worker .* exited with code [1-9]|worker .* exited with code 1(?:3[0-9]|[0-2][0-9])/i,
    example: '[ALERT]    (4711) : Former worker (4713) exited with code 143 (Terminated)',
    meaning: 'a worker of HAProxy ended with an error or by a signal: its MQTT sessions are cut',
    causes: [
      'a reload with hard-stop-after, or a restart instead of a reload',
      'the kernel killed it: out of memory (137)',
    ],
    next: ['journalctl -u haproxy -n 50', next.checkHaproxy],
  },
  {
    pattern:
      /unable to load SSL (?:certificate|private key)|No Private Key found in|unable to (?:stat|load) SSL certificate|no SSL certificate specified/i,
    example:
      "[ALERT]    (4711) : config : parsing [haproxy.cfg:9] : 'bind :8883' in section 'frontend' : No Private Key found in 'certs/server.crt'.",
    meaning: 'HAProxy does not find the certificate or its key',
    causes: [
      'crt wants one .pem with certificate and key, or the key beside it as NAME.crt.key',
      'the user of HAProxy may not read the file',
    ],
    next: [next.checkHaproxy, 'openssl x509 -in certs/haproxy/server.pem -noout -subject -enddate'],
  },
]
