#include "agent/docker/encode.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using Json = nlohmann::json;

namespace {

constexpr ApiVersion k_debian_12{1, 41};

Json encoded(const ContainerSpec& spec, ApiVersion version = k_debian_12) {
  return Json::parse(encode_container(spec, version));
}

}  // namespace

TEST_CASE("a spec that says nothing leaves everything to the image and the engine") {
  const auto json = encoded({.image = "sha256:1"});

  CHECK(json ==
        Json::parse(R"({"Image": "sha256:1", "HostConfig": {"RestartPolicy": {"Name": "no"}}})"));
}

TEST_CASE("process options are in the container's configuration") {
  const auto json = encoded({.image = "i",
                             .command = {{"serve", "--all"}},
                             .entrypoint = {{"/bin/app"}},
                             .environment = {{"A", "1"}, {"B", "x=y"}},
                             .labels = {{"k", "v"}},
                             .user = "10001:10001",
                             .working_dir = "/srv",
                             .hostname = "host",
                             .stop_signal = "SIGQUIT",
                             .stop_timeout = std::chrono::seconds(30),
                             .tty = true,
                             .init = true});

  CHECK(json["Cmd"] == Json({"serve", "--all"}));
  CHECK(json["Entrypoint"] == Json::array({"/bin/app"}));
  CHECK(json["Env"] == Json({"A=1", "B=x=y"}));
  CHECK(json["Labels"] == Json({{"k", "v"}}));
  CHECK(json["User"] == "10001:10001");
  CHECK(json["WorkingDir"] == "/srv");
  CHECK(json["Hostname"] == "host");
  CHECK(json["StopSignal"] == "SIGQUIT");
  CHECK(json["StopTimeout"] == 30);
  CHECK(json["Tty"] == true);
  CHECK(json["HostConfig"]["Init"] == true);
}

TEST_CASE("an empty command is sent, an absent one is not") {
  CHECK(encoded({.image = "i", .command = std::vector<std::string>()})["Cmd"] == Json::array());
  CHECK_FALSE(encoded({.image = "i"}).contains("Cmd"));
}

TEST_CASE("a published port is exposed too, without which the engine would ignore it") {
  ContainerSpec spec{.image = "i"};
  spec.ports = {{.container_port = 80, .host_ip = "127.0.0.1", .host_port = 8080},
                {.container_port = 80, .host_ip = "::1", .host_port = 8080},
                {.container_port = 53, .protocol = Protocol::udp}};

  const auto json = encoded(spec);

  CHECK(json["ExposedPorts"] == Json::parse(R"({"80/tcp": {}, "53/udp": {}})"));
  CHECK(json["HostConfig"]["PortBindings"] == Json::parse(R"({
    "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}, {"HostIp": "::1", "HostPort": "8080"}],
    "53/udp": [{"HostIp": "", "HostPort": ""}]})"));
}

TEST_CASE("mounts are typed, and text only where the typed form cannot say it") {
  ContainerSpec spec{.image = "i"};
  spec.mounts = {
      {.kind = MountKind::volume, .source = "data", .target = "/data", .no_copy = true},
      {.kind = MountKind::bind,
       .source = "/a:b",
       .target = "/a",
       .access = MountAccess::read_only,
       .propagation = "rslave"},
      {.kind = MountKind::tmpfs, .target = "/tmp", .tmpfs_size = 1048576, .tmpfs_mode = 01777},
      {.kind = MountKind::bind,
       .source = "/srv",
       .target = "/srv",
       .access = MountAccess::read_only,
       .create_source = true,
       .selinux = SelinuxLabel::exclusive},
  };

  const auto host = encoded(spec)["HostConfig"];

  CHECK(host["Mounts"] == Json::parse(R"([
    {"Type": "volume", "Source": "data", "Target": "/data", "ReadOnly": false, "VolumeOptions": {"NoCopy": true}},
    {"Type": "bind", "Source": "/a:b", "Target": "/a", "ReadOnly": true, "BindOptions": {"Propagation": "rslave"}},
    {"Type": "tmpfs", "Target": "/tmp", "ReadOnly": false, "TmpfsOptions": {"SizeBytes": 1048576, "Mode": 1023}}])"));
  CHECK(host["Binds"] == Json::array({"/srv:/srv:ro,Z"}));
}

TEST_CASE("limits and rights are in the host's configuration") {
  ContainerSpec spec{.image = "i"};
  spec.cap_add = {"NET_BIND_SERVICE"};
  spec.cap_drop = {"ALL"};
  spec.security_options = {"no-new-privileges"};
  spec.readonly_rootfs = true;
  spec.ulimits = {{.name = "nofile", .soft = 1024, .hard = 4096}};
  spec.shm_size = 67108864;
  spec.memory = 1 << 30;
  spec.memory_swap = -1;
  spec.cpu_shares = 512;
  spec.pids_limit = 100;
  spec.oom_kill_disable = false;
  spec.log = {.driver = "json-file", .options = {{"max-size", "10m"}}};
  spec.pid_mode = "host";
  spec.extra_hosts = {"db:10.0.0.1"};
  spec.volumes_from = {"other:ro"};
  spec.restart = {RestartKind::on_failure, 5};

  CHECK(encoded(spec)["HostConfig"] == Json::parse(R"({
    "CapAdd": ["NET_BIND_SERVICE"], "CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges"],
    "ReadonlyRootfs": true, "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 4096}],
    "ShmSize": 67108864, "Memory": 1073741824, "MemorySwap": -1, "CpuShares": 512, "PidsLimit": 100,
    "OomKillDisable": false, "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m"}},
    "PidMode": "host", "ExtraHosts": ["db:10.0.0.1"], "VolumesFrom": ["other:ro"],
    "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5}})"));
}

TEST_CASE("a field is sent only to engines that have it") {
  ContainerSpec spec{.image = "i"};
  spec.networks = {{.network = "one", .aliases = {"a"}, .ipv4 = "10.1.0.5"}, {.network = "two"}};
  spec.healthcheck = Healthcheck{.test = {"CMD", "true"},
                                 .interval = std::chrono::seconds(10),
                                 .start_interval = std::chrono::seconds(1),
                                 .retries = 3};

  const auto before = encoded(spec, {1, 43});
  const auto since = encoded(spec, {1, 44});

  CHECK(before["Healthcheck"] ==
        Json::parse(R"({"Test": ["CMD", "true"], "Interval": 10000000000, "Retries": 3})"));
  CHECK(since["Healthcheck"]["StartInterval"] == 1000000000);
  CHECK(before["NetworkingConfig"]["EndpointsConfig"] == Json::parse(R"({
    "one": {"Aliases": ["a"], "IPAMConfig": {"IPv4Address": "10.1.0.5"}}})"));
  CHECK(since["NetworkingConfig"]["EndpointsConfig"].size() == 2);
  CHECK(since["HostConfig"]["NetworkMode"] == "one");
}

TEST_CASE("with a network mode no network is joined") {
  ContainerSpec spec{.image = "i"};
  spec.networks = {{.network = "one"}};
  spec.network_mode = "host";

  const auto json = encoded(spec);

  CHECK(json["HostConfig"]["NetworkMode"] == "host");
  CHECK_FALSE(json.contains("NetworkingConfig"));
}

TEST_CASE("credentials are base64 that fits into a header") {
  const auto plain = encode_credentials({.server = "registry.example:5000",
                                         .username = "u",
                                         .password = base::Secret("p\xc3\xbf?>")});
  const auto token = encode_credentials(
      {.server = "r", .username = "ignored", .identity_token = base::Secret("t")});

  CHECK(plain ==
        "eyJwYXNzd29yZCI6InDDvz8-Iiwic2VydmVyYWRkcmVzcyI6InJlZ2lzdHJ5LmV4YW1wbGU6NTAwMCIsInVzZXJuYW"
        "1lIjoidSJ9");
  CHECK(token == "eyJpZGVudGl0eXRva2VuIjoidCIsInNlcnZlcmFkZHJlc3MiOiJyIn0=");
}

TEST_CASE("text that is not UTF-8 does not stop a request") {
  const auto json = encoded({.image = "i", .environment = {{"A", "\xff"}}});

  CHECK(json["Env"][0] == "A=\xef\xbf\xbd");
}
