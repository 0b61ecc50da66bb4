package io.ztnio.it.lab;

/** Whose node plays a part. */
public enum NodeKind {
    /** A stock {@code zerotier-one}. */
    DAEMON {
        @Override
        public ControlledNode member(Host host, Planet planet) {
            return Daemon.member(host, planet);
        }

        @Override
        public ControlledNode root(Host host, Planet planet) {
            return Daemon.root(host, planet);
        }

        @Override
        public ControlledNode again(ControlledNode ended, Planet planet) {
            return Daemon.restarted(ended.host(), ended.home(), planet);
        }
    },

    /** Our {@code node} command. */
    OURS {
        @Override
        public ControlledNode member(Host host, Planet planet) {
            return OwnNode.member(host, planet);
        }

        @Override
        public ControlledNode root(Host host, Planet planet) {
            return OwnNode.root(host, planet);
        }

        @Override
        public ControlledNode again(ControlledNode ended, Planet planet) {
            return OwnNode.restarted(ended.host(), ended.home(), planet);
        }
    };

    /** Starts a node with a new identity and waits until it is online. */
    public abstract ControlledNode member(Host host, Planet planet);

    /** Starts the planet's root, which is a controller too. */
    public abstract ControlledNode root(Host host, Planet planet);

    /** Starts a root and controller that has ended on its home. */
    public abstract ControlledNode again(ControlledNode ended, Planet planet);
}
