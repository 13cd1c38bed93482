/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: cb3a8df3c6740612ce6c9f5831b49cae61ba9117 */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Reverb_Server___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, configuration, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Server_on, 0, 2, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, hook, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, listener, IS_CALLABLE, 1)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Server_every, 0, 2, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, seconds, IS_DOUBLE, 0)
	ZEND_ARG_TYPE_INFO(0, callback, IS_CALLABLE, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Server_cancel, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, timer, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Server_run, 0, 0, IS_VOID, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Reverb_Server_stop arginfo_class_Reverb_Server_run

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Server_publish, 0, 4, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, appId, IS_STRING, 0)
	ZEND_ARG_TYPE_MASK(0, channels, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
	ZEND_ARG_TYPE_INFO(0, event, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, data, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, except, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, info, IS_STRING, 0, "\'\'")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Server_send, 0, 2, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, socketId, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, message, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Server_disconnect, 0, 1, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, socketId, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, code, IS_LONG, 0, "1000")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, reason, IS_STRING, 0, "\'\'")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Server_connections, 0, 0, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, appId, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Reverb_Server_channels arginfo_class_Reverb_Server_connections

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Server_stats, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Server_port, 0, 0, IS_LONG, 1)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Reverb_Publisher___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, options, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Reverb_Publisher_publish arginfo_class_Reverb_Server_publish

#define arginfo_class_Reverb_Publisher_status arginfo_class_Reverb_Server_stats

#define arginfo_class_Reverb_Publisher_connect arginfo_class_Reverb_Server_run

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Reverb_Publisher_connected, 0, 0, _IS_BOOL, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Reverb_Publisher_close arginfo_class_Reverb_Server_run


ZEND_METHOD(Reverb_Server, __construct);
ZEND_METHOD(Reverb_Server, on);
ZEND_METHOD(Reverb_Server, every);
ZEND_METHOD(Reverb_Server, cancel);
ZEND_METHOD(Reverb_Server, run);
ZEND_METHOD(Reverb_Server, stop);
ZEND_METHOD(Reverb_Server, publish);
ZEND_METHOD(Reverb_Server, send);
ZEND_METHOD(Reverb_Server, disconnect);
ZEND_METHOD(Reverb_Server, connections);
ZEND_METHOD(Reverb_Server, channels);
ZEND_METHOD(Reverb_Server, stats);
ZEND_METHOD(Reverb_Server, port);
ZEND_METHOD(Reverb_Publisher, __construct);
ZEND_METHOD(Reverb_Publisher, publish);
ZEND_METHOD(Reverb_Publisher, status);
ZEND_METHOD(Reverb_Publisher, connect);
ZEND_METHOD(Reverb_Publisher, connected);
ZEND_METHOD(Reverb_Publisher, close);


static const zend_function_entry class_Reverb_Server_methods[] = {
	ZEND_ME(Reverb_Server, __construct, arginfo_class_Reverb_Server___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, on, arginfo_class_Reverb_Server_on, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, every, arginfo_class_Reverb_Server_every, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, cancel, arginfo_class_Reverb_Server_cancel, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, run, arginfo_class_Reverb_Server_run, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, stop, arginfo_class_Reverb_Server_stop, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, publish, arginfo_class_Reverb_Server_publish, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, send, arginfo_class_Reverb_Server_send, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, disconnect, arginfo_class_Reverb_Server_disconnect, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, connections, arginfo_class_Reverb_Server_connections, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, channels, arginfo_class_Reverb_Server_channels, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, stats, arginfo_class_Reverb_Server_stats, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Server, port, arginfo_class_Reverb_Server_port, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Reverb_Publisher_methods[] = {
	ZEND_ME(Reverb_Publisher, __construct, arginfo_class_Reverb_Publisher___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Publisher, publish, arginfo_class_Reverb_Publisher_publish, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Publisher, status, arginfo_class_Reverb_Publisher_status, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Publisher, connect, arginfo_class_Reverb_Publisher_connect, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Publisher, connected, arginfo_class_Reverb_Publisher_connected, ZEND_ACC_PUBLIC)
	ZEND_ME(Reverb_Publisher, close, arginfo_class_Reverb_Publisher_close, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Reverb_Exception_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Reverb_ConfigurationException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Reverb_ConnectException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Reverb_RejectedException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Reverb_OutcomeUnknownException_methods[] = {
	ZEND_FE_END
};

static zend_class_entry *register_class_Reverb_Server(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Reverb", "Server", class_Reverb_Server_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Reverb_Publisher(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Reverb", "Publisher", class_Reverb_Publisher_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;


	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "__construct", sizeof("__construct") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	return class_entry;
}

static zend_class_entry *register_class_Reverb_Exception(zend_class_entry *class_entry_RuntimeException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Reverb", "Exception", class_Reverb_Exception_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_RuntimeException);

	return class_entry;
}

static zend_class_entry *register_class_Reverb_ConfigurationException(zend_class_entry *class_entry_Reverb_Exception)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Reverb", "ConfigurationException", class_Reverb_ConfigurationException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Reverb_Exception);

	zval property_setting_default_value;
	ZVAL_UNDEF(&property_setting_default_value);
	zend_string *property_setting_name = zend_string_init("setting", sizeof("setting") - 1, 1);
	zend_declare_typed_property(class_entry, property_setting_name, &property_setting_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_setting_name);

	return class_entry;
}

static zend_class_entry *register_class_Reverb_ConnectException(zend_class_entry *class_entry_Reverb_Exception)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Reverb", "ConnectException", class_Reverb_ConnectException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Reverb_Exception);

	return class_entry;
}

static zend_class_entry *register_class_Reverb_RejectedException(zend_class_entry *class_entry_Reverb_Exception)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Reverb", "RejectedException", class_Reverb_RejectedException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Reverb_Exception);

	return class_entry;
}

static zend_class_entry *register_class_Reverb_OutcomeUnknownException(zend_class_entry *class_entry_Reverb_Exception)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Reverb", "OutcomeUnknownException", class_Reverb_OutcomeUnknownException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Reverb_Exception);

	return class_entry;
}
