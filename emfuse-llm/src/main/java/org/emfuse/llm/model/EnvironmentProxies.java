package org.emfuse.llm.model;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Proxies as other programs find them: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in
 * upper or lower case. Java's own system properties go first where they are set.
 */
final class EnvironmentProxies extends ProxySelector {

    private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

    private final Map<String, String> environment;
    private final @Nullable ProxySelector properties;

    /**
     * Proxies of an environment.
     *
     * @param properties decides first where it knows a proxy; null for none
     */
    EnvironmentProxies(Map<String, String> environment, @Nullable ProxySelector properties) {
        this.environment = environment;
        this.properties = properties;
    }

    /** Those of this process. */
    static EnvironmentProxies ofProcess() {
        return new EnvironmentProxies(System.getenv(), ProxySelector.getDefault());
    }

    @Override
    public List<Proxy> select(URI uri) {
        List<Proxy> known = properties == null ? DIRECT : properties.select(uri);
        if (known.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
            return known;
        }
        Optional<Variable> named = variable(uri.getScheme() + "_proxy").or(() -> variable("all_proxy"));
        if (named.isEmpty() || isExempt(uri.getHost())) {
            return DIRECT;
        }
        return List.of(new Proxy(Proxy.Type.HTTP, address(named.get())));
    }

    private record Variable(String name, String value) {}

    /** The lower-case spelling goes first, as in other programs. */
    private Optional<Variable> variable(String name) {
        return Stream.of(name, name.toUpperCase(Locale.ROOT))
                .map(each -> new Variable(each, environment.getOrDefault(each, "").strip()))
                .filter(each -> !each.value().isEmpty()).findFirst();
    }

    private boolean isExempt(String host) {
        for (String entry : variable("no_proxy").map(Variable::value).orElse("").split(",", -1)) {
            String suffix = entry.strip().toLowerCase(Locale.ROOT);
            int port = suffix.lastIndexOf(':');
            suffix = port > 0 && suffix.indexOf(':') == port ? suffix.substring(0, port) : suffix;
            suffix = suffix.startsWith("*.")
                    ? suffix.substring(2)
                    : suffix.startsWith(".") ? suffix.substring(1) : suffix;
            String name = host.toLowerCase(Locale.ROOT);
            if (suffix.equals("*") || (!suffix.isEmpty() && (name.equals(suffix) || name.endsWith("." + suffix)))) {
                return true;
            }
        }
        return false;
    }

    private static InetSocketAddress address(Variable named) {
        URI proxy;
        try {
            proxy = URI.create(named.value().contains("://") ? named.value() : "http://" + named.value());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(expected(named), e);
        }
        if (proxy.getHost() == null || !Objects.requireNonNullElse(proxy.getScheme(), "http").startsWith("http")) {
            throw new IllegalArgumentException(expected(named));
        }
        int port = proxy.getPort() >= 0 ? proxy.getPort() : proxy.getScheme().equals("https") ? 443 : 80;
        return InetSocketAddress.createUnresolved(proxy.getHost(), port);
    }

    /** Names and passwords are not shown. */
    private static String expected(Variable named) {
        return "expected a proxy like http://host:port in " + named.name() + ", found "
                + named.value().replaceFirst("[^/@]*@", "…@")
                + ". Others, such as those for SOCKS, are not supported: name"
                + " an HTTP proxy in HTTPS_PROXY, or the hosts that need none in NO_PROXY";
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        if (properties != null) {
            properties.connectFailed(uri, address, failure);
        }
    }
}
