/** HAProxy files that name much of what a sandbox moves, keeps, copies or leaves out. */
export const haproxyFiles: Readonly<Record<string, string>> = {
  global: `# a comment before everything
global
    user haproxy
    daemon
    master-worker
    chroot /var/lib/haproxy
    nbproc 1
    ulimit-n 5000
    log /dev/log local0
    log 192.0.2.1:514 local1
    log stdout format raw local0
    log-tag mine
    log-send-hostname
    no log
    stats socket /run/haproxy.sock level admin
    stats timeout 30s
    pidfile /run/h.pid
    maxconn 4000
    maxconn 4001
    default maxconn
    nbthread 2
    tune.bufsize 32768
    tune.lua.openlibs all
    tune.renice.startup 5
    lua-load /etc/h.lua
    external-check
    insecure-fork-wanted
    ssl-dh-param-file /etc/dh.pem
    ssl-engine rdrand
    setenv PORT 1883
    httpclient.retries 2
    no-such-keyword with arguments
    .notice a

defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h

listen m
    bind :1883
    server s 127.0.0.1:1884
`,
  'other sections': `defaults
    timeout connect 5s
userlist people
    user bob insecure-password b
cache small
    total-max-size 4
peers mine
    peer a 10.0.0.1:1024
resolvers dns
    nameserver ns1 10.0.0.2:53
program agent
    command /bin/agent
http-errors site
    errorfile 400 /etc/400.http
crt-store web
    load crt a.pem
log-profile p
    on any format x
nonsense here
    some line
listen m
    mode tcp
    bind :1883
    server s 127.0.0.1:1884
`,
  binds: `defaults
    mode tcp
listen a
    bind *:1883 name plain process 1 user root mode 600 no-such-word x
    bind :::1884 v4v6
    bind :::1885 v6only
    bind 10.0.0.1:1886,192.0.2.7:1886,[2001:db8::1]:1886
    bind 127.0.0.9:1887 accept-proxy
    bind ipv4@:1888
    bind ::1888
    bind ipv6@:1889
    bind unix@/run/m.sock mode 660 group m
    bind abns@name
    bind fd@3
    bind quic4@:8883 ssl crt /c/q.pem
    bind /run/other.sock
    bind 127.0.0.1
    bind \${HOST}:1890
    bind
    bind :8883 ssl crt /c/a.pem crt /c/dir/ crt-list /c/list ca-file /c/ca.pem ca-verify-file /c/names.pem crl-file /c/crl.pem verify required alpn mqtt
    bind :8884 ssl default-crt /c/d.pem generate-certificates ca-sign-file /c/s.pem
    bind :8885 interface eth0 tfo nbconn 2
    default-server check ssl verify required ca-file /c/ca.pem crt /c/me.pem addr 10.0.0.4 port 1884 resolvers dns
    server a 127.0.0.1:1884
`,
  servers: `defaults
    mode tcp
backend b
    default-server inter 2s agent-check agent-port 9
    server a 127.0.0.1:1884 check port 1884 send-proxy-v2
    server b 10.0.0.5:1884 check port 1999 weight 2
    server c broker.example:1884 check addr 10.0.0.9 resolvers dns resolve-prefer ipv4 init-addr none
    server d [::1]:1884 source 10.0.0.1 ssl ca-file /c/ca.pem crt /c/me.pem crl-file /c/crl.pem
    server e unix@/run/b.sock send-proxy
    server f abns@name
    server g 127.0.0.1:+1000
    server h [2001:db8::5]:-1000
    server i 127.0.0.1
    server j fd@4
    server k sockpair@5
    server l ipv4@127.0.0.1:1885 no-such-word y
    server m quic4@127.0.0.1:8883
    server n rhttp@
    server o 127.0.0.1:1886 check port abc
    server-template t 1-3 broker.example:1884 check
    server p
    option tcp-check
    tcp-check connect addr 10.0.0.7 port 1884
    tcp-check connect addr unix@/run/b.sock
    tcp-check connect addr 10.0.0.7:1885 ssl
    tcp-check connect addr nowhere@x port 1999 default
    tcp-check send-binary 10
    http-check connect port 1884
    http-check send meth GET uri / port 1884
listen front
    bind :1883
    default_backend b
`,
  rules: `defaults
    mode http
    log global
    option httplog
    option dontlognull
    option external-check
    option transparent
    no option http-server-close
    option no-such-option
    errorfile 503 /etc/503.http
    log-format %ci
    capture request header Host len 20
    no log
frontend f
    bind :1883
    stick-table type ip size 1m store gpc0 peers mine write-to other
    stick-table type ip size 1m
    acl net src -f /etc/nets.lst
    acl other src_ip 10.0.0.0/8
    acl lists hdr(host) -f virt@hosts.lst -f opt@more.lst
    acl mapped src,map(file@/etc/a.map) -m found
    acl clock lua.clock gt 3
    acl path path -m beg /lua.page
    acl token http_auth_bearer,jwt_verify(txn.alg,"/etc/pub.pem") 1
    tcp-request connection accept if net
    tcp-request connection do-resolve(txn.ip,dns,ipv4) str(a)
    tcp-request content lua.check
    tcp-request content set-var(txn.a) src,map_ip(/etc/a.map,none)
    tcp-request session track-sc0 src
    tcp-request inspect-delay 5s
    tcp-request
    tcp-response content close if { res.len gt 0 }
    http-request set-map(/etc/a.map) %[src] 1
    http-request use-service prometheus-exporter if { path /metrics }
    http-request use-service lua.page
    http-request return status 200 file /etc/page.html
    http-request return status 200 content-type text/plain string ok
    http-request deny deny_status 403 errorfile /etc/403.http
    http-request set-header X file
    http-request set-dst ipv4(10.0.0.1)
    http-request no-such-action
    http-response cache-store small
    http-after-response set-header A b
    http-error status 400 errorfile /etc/400.http
    http-error status 400 string bad
    filter compression
    filter spoe engine e config /etc/spoe.conf
    filter no-such-filter
    redirect scheme https
    monitor-uri /up
    email-alert to a@example.com
    use_backend %[req.hdr(host),lower,map(/etc/b.map,c)]
    use_backend d if { src -f /etc/nets.lst }
    no-such-line 1
    default no-such-line
    default_backend c
backend c
    server s 127.0.0.1:1884
    use-server s if { src -f /etc/nets.lst }
    external-check command /bin/true
    dispatch 10.0.0.3:80
    source 10.0.0.1
backend d
    disabled
    server s 127.0.0.1:1885
`,
  'conditions and variables': `.if defined(NO_SUCH_NAME)
global
    maxconn 1
.else
global
    maxconn 2
.endif
    setenv PORT 1883
    presetenv OTHER x
defaults
    mode tcp
listen m
    bind :"\${PORT}"
    .if feature(QUIC)
    maxconn 9
    .endif
    description "\${NO_SUCH_NAME}" and 'single \${PORT}' a\\ b
    server s 127.0.0.1:1884
`,
  'a branch that ends within a section': `.if defined(NO_SUCH_NAME)
global
    maxconn 1
.endif
# what follows is no part of that section
listen m
    mode tcp
    bind :1883
    .if defined(NO_SUCH_NAME)
backend other
    server o 127.0.0.1:1999
    .else
    maxconn 7
    .endif
    server s 127.0.0.1:1884
    .if feature(QUIC)
    backlog 3
        .if defined(NO_SUCH_NAME)
    backlog 4
        .endif
    .elif defined(NO_SUCH_NAME)
    backlog 5
    .else
    backlog 6
    .endif
    .if version_atleast(9.9)
backend third
    server t 127.0.0.1:1998
    .endif
    .if !defined(NO_SUCH_NAME)
    fullconn 9
    .endif
    .endif
`,
  'a section that may be there': `.if feature(QUIC)
global
    maxconn 1
.endif
.if feature(QUIC)
listen q
    mode tcp
    bind :1885
    server s 127.0.0.1:1884
.else
    maxconn 3
.endif
listen m
    mode tcp
    bind :1883
    server s 127.0.0.1:1884
`,
  'no global': `listen m
    mode tcp
    bind :1883
    server s 127.0.0.1:1884

`,
}
