/* Network interfaces by getifaddrs(3) and ioctl(2), and the terminal's width. All of it is the kernel's own word. */
#include "sonde.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool sonde_set_octets(napi_env env, napi_value object, const char *name, const void *data, size_t length) {
  napi_value value;
  if (data == NULL) {
    if (napi_get_null(env, &value) != napi_ok)
      return false;
  } else if ((value = sonde_copy_octets(env, data, length)) == NULL) {
    return false;
  }
  return napi_set_named_property(env, object, name, value) == napi_ok;
}

static const void *sonde_address_octets(const struct sockaddr *address, size_t *length) {
  if (address == NULL)
    return NULL;
  if (address->sa_family == AF_INET) {
    *length = 4;
    return &((const struct sockaddr_in *) (const void *) address)->sin_addr;
  }
  if (address->sa_family == AF_INET6) {
    *length = 16;
    return &((const struct sockaddr_in6 *) (const void *) address)->sin6_addr;
  }
  return NULL;
}

static bool sonde_ask_interface(int fd, unsigned long what, const char *name, struct ifreq *request) {
  memset(request, 0, sizeof *request);
  strncpy(request->ifr_name, name, IFNAMSIZ - 1);
  return ioctl(fd, what, request) != -1;
}

static int sonde_mtu(int fd, const char *name) {
  struct ifreq request;
  return sonde_ask_interface(fd, SIOCGIFMTU, name, &request) ? request.ifr_mtu : 0;
}

/*
 * The link-layer address of an interface. getifaddrs(3) gives none where there is none (tun, WireGuard, PPP): the index
 * and the hardware type are asked for then.
 */
static void sonde_link_address(int fd, const struct ifaddrs *link, struct sockaddr_ll *address) {
  struct ifreq request;
  memset(address, 0, sizeof *address);
  if (link->ifa_addr != NULL) {
    memcpy(address, link->ifa_addr, sizeof *address);
    return;
  }
  address->sll_ifindex = (int) if_nametoindex(link->ifa_name);
  if (sonde_ask_interface(fd, SIOCGIFHWADDR, link->ifa_name, &request))
    address->sll_hatype = request.ifr_hwaddr.sa_family;
}

/* Without a broadcast address or a peer, getifaddrs(3) repeats the own address in their place. */
static const void *sonde_other_end(const struct ifaddrs *each, size_t *length) {
  const void *own = sonde_address_octets(each->ifa_addr, length);
  const void *other = sonde_address_octets(each->ifa_broadaddr, length);
  return own != NULL && other != NULL && memcmp(own, other, *length) == 0 ? NULL : other;
}

/* getifaddrs(3) names an IPv4 address by its label, as a rule the interface's name, but "eth0:1" for an alias. */
static bool sonde_is_label_of(const char *label, const char *name) {
  size_t length = strlen(name);
  return strncmp(label, name, length) == 0 && (label[length] == '\0' || label[length] == ':');
}

/* The addresses of one interface: every entry of the list with its name. */
static napi_value sonde_addresses(napi_env env, const struct ifaddrs *all, const char *name) {
  napi_value list;
  uint32_t count = 0;
  SONDE_CHECK(env, napi_create_array(env, &list));
  for (const struct ifaddrs *each = all; each != NULL; each = each->ifa_next) {
    napi_value entry;
    size_t length = 0;
    const void *octets = sonde_address_octets(each->ifa_addr, &length);
    if (octets == NULL || !sonde_is_label_of(each->ifa_name, name))
      continue;
    SONDE_CHECK(env, napi_create_object(env, &entry));
    if (!sonde_set_number(env, entry, "family", each->ifa_addr->sa_family) ||
        !sonde_set_octets(env, entry, "address", octets, length) ||
        !sonde_set_octets(env, entry, "netmask", sonde_address_octets(each->ifa_netmask, &length), length) ||
        !sonde_set_octets(env, entry, "broadcast", sonde_other_end(each, &length), length))
      return NULL;
    SONDE_CHECK(env, napi_set_element(env, list, count++, entry));
  }
  return list;
}

static napi_value sonde_interface(napi_env env, const struct ifaddrs *all, const struct ifaddrs *link, int fd) {
  struct sockaddr_ll address;
  const struct sockaddr_ll *broadcast = (const struct sockaddr_ll *) (const void *) link->ifa_broadaddr;
  size_t room = sizeof address.sll_addr;
  napi_value entry, name, addresses;
  sonde_link_address(fd, link, &address);
  SONDE_CHECK(env, napi_create_object(env, &entry));
  SONDE_CHECK(env, napi_create_string_utf8(env, link->ifa_name, NAPI_AUTO_LENGTH, &name));
  SONDE_CHECK(env, napi_set_named_property(env, entry, "name", name));
  if ((addresses = sonde_addresses(env, all, link->ifa_name)) == NULL)
    return NULL;
  SONDE_CHECK(env, napi_set_named_property(env, entry, "addresses", addresses));
  if (!sonde_set_number(env, entry, "index", address.sll_ifindex) ||
      !sonde_set_number(env, entry, "flags", link->ifa_flags) ||
      !sonde_set_number(env, entry, "mtu", sonde_mtu(fd, link->ifa_name)) ||
      !sonde_set_number(env, entry, "hardwareType", address.sll_hatype) ||
      !sonde_set_octets(env, entry, "hardwareAddress", address.sll_addr,
                        address.sll_halen < room ? address.sll_halen : room) ||
      !sonde_set_octets(env, entry, "hardwareBroadcast", broadcast == NULL ? address.sll_addr : broadcast->sll_addr,
                        broadcast == NULL ? 0 : (broadcast->sll_halen < room ? broadcast->sll_halen : room)))
    return NULL;
  return entry;
}

static napi_value sonde_interfaces(napi_env env, napi_callback_info info) {
  struct ifaddrs *all;
  napi_value list, entry = NULL;
  uint32_t count = 0;
  if (getifaddrs(&all) == -1) {
    sonde_throw_errno(env, errno, "getifaddrs");
    return NULL;
  }
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd == -1)
    fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool failed = sonde_failed(env, napi_create_array(env, &list));
  for (const struct ifaddrs *each = all; each != NULL && !failed; each = each->ifa_next) {
    if (each->ifa_addr != NULL && each->ifa_addr->sa_family != AF_PACKET)
      continue;
    entry = sonde_interface(env, all, each, fd);
    failed = entry == NULL || sonde_failed(env, napi_set_element(env, list, count++, entry));
  }
  if (fd != -1)
    close(fd);
  freeifaddrs(all);
  return failed ? NULL : list;
}

static napi_value sonde_terminal_columns(napi_env env, napi_callback_info info) {
  napi_value value, columns;
  int32_t fd;
  struct winsize size = {0};
  if (!sonde_arguments(env, info, 1, &value))
    return NULL;
  SONDE_CHECK(env, napi_get_value_int32(env, value, &fd));
  if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) == -1)
    size.ws_col = 0;
  SONDE_CHECK(env, napi_create_uint32(env, size.ws_col, &columns));
  return columns;
}

bool sonde_interfaces_init(napi_env env, napi_value exports) {
  static const sonde_export list[] = {{"interfaces", sonde_interfaces}, {"terminalColumns", sonde_terminal_columns}};
  return sonde_export_all(env, exports, list, sizeof list / sizeof *list);
}
