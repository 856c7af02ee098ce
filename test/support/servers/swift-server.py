"""Runs OpenStack Swift with its S3 interface as one process, on free ports of 127.0.0.1: swift-server.py FOLDER

All that it writes goes to FOLDER. Prints its port when it listens.
"""

import os
import socket
import sys
from array import array

import eventlet
import eventlet.hubs
from eventlet import wsgi
from eventlet.event import Event
from swift.common import constraints, storage_policy, utils
from swift.common.ring import RingData
from swift.common.http_protocol import SwiftHttpProtocol
from swift.common.wsgi import loadapp

STORAGE_SERVERS = ("account", "container", "object")

SWIFT_CONF = """
[swift-hash]
swift_hash_path_prefix = test
swift_hash_path_suffix = test
[storage-policy:0]
name = Policy-0
default = yes
"""

STORAGE_CONF = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/disks
mount_check = false
disable_fallocate = true
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
"""

# Swift wants a cache and works without its answers. On port 1 it finds no memcached, rather than one that is not ours.
PROXY_CONF = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors cache listing_formats bulk tempurl s3api tempauth slo dlo versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = false
""" + "".join(
    f"[filter:{name}]\nuse = egg:swift#{name}\n"
    for name in ("catch_errors", "listing_formats", "bulk", "tempurl", "s3api", "slo", "dlo")
)


def main(folder):
    eventlet.hubs.use_hub(utils.get_hub())
    utils.eventlet_monkey_patch()
    take_configuration_from(folder)
    for name in STORAGE_SERVERS:
        listening = listen()
        write_ring(folder, name, listening.getsockname()[1])
        serve(write(folder, f"{name}.conf", STORAGE_CONF.format(folder=folder, name=name)), listening)
    listening = listen()
    serve(write(folder, "proxy.conf", PROXY_CONF.format(folder=folder)), listening)
    print(listening.getsockname()[1], flush=True)
    Event().wait()


def take_configuration_from(folder):
    """Leaves the configuration of the machine's own Swift, in /etc, unread."""
    os.makedirs(os.path.join(folder, "disks", "one"))
    write(folder, "swift.conf", SWIFT_CONF)
    utils.disable_fallocate()
    utils.set_swift_dir(folder)
    storage_policy.reload_storage_policies()
    constraints.reload_constraints()


def listen():
    listening = eventlet.listen(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def write_ring(folder, name, port):
    """The map from names to disks that swift-ring-builder makes, for a single disk."""
    disk = {"id": 0, "zone": 1, "device": "one", "ip": "127.0.0.1", "port": port}
    RingData([array("H", [0])], [disk], 32).save(os.path.join(folder, f"{name}.ring.gz"))


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def serve(path, listening):
    """As run_server() of Swift does, which would take the event loop for itself alone."""
    # Header names keep their case, for clients that know "ETag" only.
    options = {"protocol": SwiftHttpProtocol, "socket_timeout": 60, "capitalize_response_headers": False}
    app = loadapp(path, global_conf={"log_name": os.path.basename(path)})
    eventlet.spawn(wsgi.server, listening, app, utils.NullLogger(), **options)


main(sys.argv[1])
