package main

func Example() {
	main()
	// Output:
	// 2019-05-01: not_met
	//   vte.requested (not_met) The VTE does not exist before 2019-05-23.
	//     launch-announced: not_met, CNER
	//     launch-official: not_met, Le Moci, citant Bpifrance
	// 2019-06-12: met
	// 2023-11-02: disputed
	//   vte.candidate.level (disputed) The level of studies must be bac+3+.
	//     level-2021: met, Cap Métiers Nouvelle-Aquitaine
	//     level-2023: not_met, Banque des Territoires
	//   vte.placement.charter (undecided) The charte VTE must be signed by the company and by the volunteer.
	//     charter-2021: undecided, Cap Métiers Nouvelle-Aquitaine
	//   aid vte-ti: at most €4,000 (Bpifrance, vte-france.fr)
}
