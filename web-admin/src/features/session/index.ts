export { sessionQueries } from "./api";
export { LoginPage } from "./LoginPage";
export { SignOutButton } from "./SignOutButton";
