//! Names of classes that are dangerous to make: they load, run or look up when they are read.
use crate::bytes::{begins_any, between, contains_any, from, is_word, trim};

/// Whole names, or their last parts, in lower case, one a line.
pub(super) const NAMES: &str = "\
    abstractbeanfactorypointcutadvisor\nactivitysurrogateselector\n\
    annotationinvocationhandler\nassemblyinstaller\naxhost+state\naxhost/state\n\
    badattributevalueexpexception\nbasicdatasource\nbr.com.anteros\nbsh.interpreter\n\
    ch.qos.logback.core.db\nchainedtransformer\nclaimsidentity\nclaimsprincipal\n\
    classpathxmlapplicationcontext\nclojure.core$\nclojure.inspector\nclonetransformer\n\
    collections4.functors\ncom.alibaba.fastjson.json\ncom.caucho.config.types\n\
    com.mchange.v2.c3p0\ncom.newrelic.agent.deps\ncom.nqadmin.rowset\ncom.p6spy.engine\n\
    com.pastdev.httpcomponents\ncom.sun.corba\ncom.sun.jndi\ncom.sun.org.apache.bcel\n\
    com.sun.org.apache.xalan\ncom.sun.rowset.jdbcrowsetimpl\ncom.sun.syndication.feed\n\
    com.vaadin.data.util\ncom.zaxxer.hikari\ncomboposse\ncommons.beanutils.beancomparator\n\
    commons.collections.functors\nconstanttransformer\nconvertedclosure\n\
    dataset, system.data\ndefaultbeanfactorypointcutadvisor\n\
    deprecatedinstancevariableproxy\ndeprecation::deprecated\nehcache.transaction.manager\n\
    filesystemxmlapplicationcontext\nflex.messaging.util.concurrent\nforclosure\n\
    gem::dependencylist\ngem::installer\ngem::package\ngem::requestset\ngem::requirement\n\
    gem::specfetcher\ngem::stubspecification\ngroovy.lang.groovyclassloader\n\
    groovy.lang.groovyshell\ngroovy.runtime\n\
    guzzlehttp\\cookie\\filecookiejar\nguzzlehttp\\psr7\\fnstream\n\
    hibernate.engine.spi.typedvalue\nhikariconfig\nhikaricp.hikariconfig\n\
    illuminate\\broadcasting\\pendingbroadcast\nimageio.imageio$containsfilter\n\
    instantiatefactory\ninstantiatetransformer\ninvokertransformer\n\
    java.beans.eventhandler\njava.beans.xmldecoder\njava.lang.autocloseable\n\
    java.lang.processbuilder\njava.net.urlclassloader\njava.rmi.server\n\
    java.util.concurrent.scheduledthreadpoolexecutor\njava.util.logging.filehandler\n\
    javassist.\njavax.el.elprocessor\njavax.management.badattribute\n\
    javax.naming.initialcontext\njavax.script.scriptenginemanager\njavax.swing.jeditorpane\n\
    javax.swing.jtextpane\njdbcrowsetimpl\njdk.nashorn.internal\njndiconfiguration\n\
    jndidatasourcefactory\njndiobjectlocator\njndirealmfactory\n\
    jndirefforwardingdatasource\nlazymap\nmarshalledobject\nmethodclosure\n\
    monolog\\handler\nnet.sf.ehcache\nnet::bufferedio\nnet::writeadapter\n\
    oadd.org.apache.xalan\nobjectdataprovider\noracle.jdbc.connector\norg.aoju.bus\n\
    org.apache.activemq.jms.pool\norg.apache.activemq.pool\norg.apache.aries.transaction\n\
    org.apache.axis2.transport\norg.apache.commons.configuration\norg.apache.commons.dbcp\n\
    org.apache.commons.fileupload.disk\norg.apache.cxf.jaxrs\norg.apache.hadoop.shaded\n\
    org.apache.ibatis.datasource\norg.apache.log4j.receivers.db\n\
    org.apache.myfaces.view.facelets.el\norg.apache.openjpa.ee\norg.apache.shiro.jndi\n\
    org.apache.tomcat.dbcp\norg.apache.wicket.util.upload\norg.apache.xbean.naming\n\
    org.apache.xbean.propertyeditor\norg.arrah.framework.rdbms\n\
    org.docx4j.org.apache.xalan\norg.jboss.interceptor\norg.jboss.weld.interceptor\n\
    org.jdom.transform\norg.jdom2.transform\norg.mozilla.javascript.nativeerror\n\
    org.python.core\norg.quartz.utils.jndi\norg.springframework.context.support.\n\
    org.springframework.core.serializabletypewrapper\npropertygrid\n\
    propertypathfactorybean\nprototypeclonefactory\nprototypeserializationfactory\n\
    psobject\nremoteobjectinvocationhandler\nresxresourcereader\nrolesprincipal\n\
    rometools.rome.feed\nscriptenginemanager\nsessionsecuritytoken\nsettings.propertyvalue\n\
    spelexpression\nsun.print.unixprintservice\nsun.rmi.server\nswift_keycache\n\
    system.configuration.install\nsystem.data.services.internal\n\
    system.diagnostics.process\nsystem.management.automation\n\
    system.security.principal.windowsidentity\nsystem.windows.data\nsystem.windows.markup\n\
    system.windows.resourcedictionary\nsystem.workflow.componentmodel\ntemplatesimpl\n\
    textformattingrunproperties\ntoolboxitemcontainer\ntransformingcomparator\n\
    trax.templates\ntypeconfusedelegate\nunicastremoteobject\nurlclassloader\nwhileclosure\n\
    windowsidentity\nwrapperconnectionpooldatasource\nysoserial";

/// Whether a text is the trace of an error: lines that begin with `at`.
pub(super) fn is_trace(lower: &[u8]) -> bool {
    contains_any(lower, &[b"\tat ", b"\n at ", b"    at "])
}

/// Whether the name around `place` is the full name of a class: packages, then what begins with
/// a capital.
pub(super) fn is_qualified(bytes: &[u8], place: usize) -> bool {
    let part = |byte: &&u8| is_word(**byte) || **byte == b'.';
    let head = between(bytes, place.saturating_sub(100), place);
    let before = head.iter().rev().take_while(part).count();
    let after = from(bytes, place).iter().take(60).take_while(part).count();
    let name = between(bytes, place - before, place + after);
    let mut parts = name.rsplit(|byte| *byte == b'.');
    let class = parts.next().and_then(<[u8]>::first).is_some_and(u8::is_ascii_uppercase);
    let packages =
        parts.filter(|package| package.first().is_some_and(u8::is_ascii_lowercase)).count();
    class && packages >= 2
}

/// A class of the platform by its full name, and nothing else in the text: who asks for a class
/// by name wants one made. Plain values and what went wrong are named in messages and logs, too.
pub(super) fn platform(lower: &[u8]) -> bool {
    let name = trim(lower);
    if !name.starts_with(b"<") {
        // `name=value` of a cookie or a parameter, too.
        return name.split(|byte| *byte == b'=').take(2).any(is_platform);
    }
    // The content of an element, the value of an attribute.
    let parts = name.split(|byte| matches!(byte, b'<' | b'>' | b'"' | b'\''));
    contains_any(name, &[b"java.", b"org.", b"com."]) && parts.take(PARTS_MAX).any(is_platform)
}

/// The parts of a document's beginning that are looked at.
const PARTS_MAX: usize = 64;

fn is_platform(name: &[u8]) -> bool {
    let packages: &[&[u8]] = &[
        b"java.io.",
        b"java.lang.",
        b"org.omg.corba",
        b"org.apache.commons",
        b"com.sun.org",
        b"com.opensymphony.xwork2",
    ];
    let plain: &[&[u8]] = &[
        b"exception",
        b"error",
        b".string",
        b".integer",
        b".long",
        b".boolean",
        b".object",
        b".double",
        b".float",
        b".short",
        b".byte",
        b".character",
        b".number",
        b".void",
    ];
    begins_any(name, packages)
        && name.iter().all(|byte| is_word(*byte) || *byte == b'.')
        && !plain.iter().any(|end| name.ends_with(end))
}
