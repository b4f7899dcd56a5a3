package postman

import "net/http"

// sharing: a supplier shares the work with a member.
var sharing = []step{
	{
		op: "invite-member", name: "Invite a viewer", as: otherShop,
		args:   pairs{"email", "{{member_email}}", "role", "viewer"},
		expect: pairs{`body.Status`, `true`},
		save:   pairs{"member_id", `body.id`},
	},
	{
		op: "invite-member", name: "Invite a second owner", as: otherShop, status: http.StatusBadRequest,
		args:   pairs{"email", "{{member_email}}", "role", "owner"},
		expect: pairs{`Object.keys(body.Errors)`, `["role"]`},
	},
	{
		op: "list-members", name: "See who is invited", as: otherShop,
		expect: pairs{`body.map((m) => [m.email, m.role, m.state])`, `[[pm.variables.get("member_email"), "viewer", "invited"]]`},
	},
	{
		op: "join-by-invitation", name: "Accept the invitation",
		args:   pairs{"token", "{{invitation_token}}", "first_name", "Анна", "last_name", "Сомова", "password", "{{password}}"},
		expect: pairs{`body.Status`, `true`, `body.id > 0`, `true`},
	},
	signIn("Sign in as the member", "{{member_email}}", member),
	{
		op: "list-partner-orders", name: "See the orders as a viewer", as: member,
		expect: pairs{`body.length > 0`, `true`},
	},
	{
		op: "set-partner-state", name: "Close the shop as a viewer", as: member, status: http.StatusForbidden,
		args:   pairs{"state", "off"},
		expect: pairs{`body.Code`, `"member_role"`},
	},
	{
		op: "set-member-role", name: "Make the viewer a manager", as: otherShop,
		args:   pairs{"id", "{{member_id}}", "role", "manager"},
		expect: pairs{`body.Status`, `true`},
	},
	signIn("Sign in as the manager", "{{member_email}}", member),
	{
		op: "set-partner-state", name: "Open the shop as a manager", as: member,
		args:   pairs{"state", "on"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "invite-member", name: "Invite somebody as a manager", as: member, status: http.StatusForbidden,
		args:   pairs{"email", "{{buyer_email}}", "role", "viewer"},
		expect: pairs{`body.Code`, `"member_role"`},
	},
	{
		op: "leave-shop", name: "Leave the shop", as: member,
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "invite-member", name: "Invite somebody who has an account", as: otherShop,
		args:   pairs{"email", "{{member_email}}", "role", "viewer"},
		expect: pairs{`body.Status`, `true`},
		save:   pairs{"member_id", `body.id`},
	},
	signIn("Sign in as who left", "{{member_email}}", member),
	{
		op: "accept-invitation", name: "Accept an invitation with an account", as: member,
		args:   pairs{"token", "{{second_invitation_token}}"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "end-members", name: "End the membership", as: otherShop,
		args:   pairs{"items", "{{member_id}}"},
		expect: pairs{`body["Удалено объектов"]`, `1`},
	},
}
