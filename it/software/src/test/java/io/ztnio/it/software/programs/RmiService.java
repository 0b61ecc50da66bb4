package io.ztnio.it.software.programs;

import java.rmi.Remote;
import java.rmi.RemoteException;

/** What the RMI server offers. */
public interface RmiService extends Remote {
    String NAME = "service";

    byte[] echo(byte[] bytes) throws RemoteException;

    /** Calls the client back, as often as {@code times}. */
    void callBack(Callback callback, int times) throws RemoteException;

    /** An object of the client's. */
    interface Callback extends Remote {
        void called(byte[] bytes) throws RemoteException;
    }
}
