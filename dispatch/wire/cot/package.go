package cot

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"

	"software.sslmate.com/src/go-pkcs12"

	"onemap/dispatch"
	"onemap/dispatch/wire/markup"
)

// Names within a data package. A client keeps the key stores below cert/.
const (
	trustFile  = "onemap-ca.p12"
	clientFile = "onemap-client.p12"
	prefFile   = "config.pref"
)

// Package is the data package by which a TAK client takes over its certificate,
// the authority and the address (host:port) at once. It is the terminal's key:
// the password inside keeps nobody out who has the package.
func (a *Authority) Package(client tls.Certificate, address string) ([]byte, error) {
	password, store := rand.Text(), pkcs12.LegacyDES // what the clients' libraries all read
	trust, err := store.EncodeTrustStore([]*x509.Certificate{a.root}, password)
	if err != nil {
		return nil, fmt.Errorf("write the authority's store: %w", err)
	}
	own, err := store.Encode(client.PrivateKey, client.Leaf, []*x509.Certificate{a.root}, password)
	if err != nil {
		return nil, fmt.Errorf("write the client's store: %w", err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, file := range []struct {
		name    string
		content []byte
	}{{"MANIFEST/manifest.xml", manifest(client.Leaf.Subject.CommonName)}, {prefFile, preferences(address, password)}, {trustFile, trust}, {clientFile, own}} {
		w, err := z.Create(file.name)
		if err == nil {
			_, err = w.Write(file.content)
		}
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", file.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write the package: %w", err)
	}
	return b.Bytes(), nil
}

const declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

func manifest(name string) []byte {
	root := named("MissionPackageManifest", "version", "2")
	about, contents := within("Configuration",
		named("Parameter", "name", "uid", "value", "onemap-"+dispatch.NewID().String()),
		named("Parameter", "name", "name", "value", "onemap "+name),
		named("Parameter", "name", "onReceiveImport", "value", "true"),
		named("Parameter", "name", "onReceiveDelete", "value", "true")), within("Contents")
	for _, file := range []string{prefFile, trustFile, clientFile} {
		contents.Children = append(contents.Children, named("Content", "ignore", "false", "zipEntry", file))
	}
	root.Children = append(root.Children, about, contents)
	return root.Append([]byte(declaration))
}

func preferences(address, password string) []byte {
	entry := func(key, class, value string) *markup.Element {
		e := named("entry", "key", key, "class", "class java.lang."+class)
		e.Text = value
		return e
	}
	streams, app := named("preference", "version", "1", "name", "cot_streams"), named("preference", "version", "1", "name", "com.atakmap.app_preferences")
	streams.Children = []*markup.Element{
		entry("count", "Integer", "1"), entry("description0", "String", "onemap"),
		entry("enabled0", "Boolean", "true"), entry("connectString0", "String", address+":ssl"),
	}
	app.Children = []*markup.Element{
		entry("caLocation", "String", "cert/"+trustFile), entry("caPassword", "String", password),
		entry("certificateLocation", "String", "cert/"+clientFile), entry("clientPassword", "String", password),
	}
	return within("preferences", streams, app).Append([]byte(declaration))
}
